/** From what was said and heard to what the model is asked. */
import type { History } from './history.ts';

export interface PreparedMessage {
	role: 'system' | 'user' | 'assistant';
	content: string;
}

/** Said in the person's name where the assistant speaks first: some models want a user's message before theirs. */
const OPENING = 'Hello.';
const SILENCE = '...';

/**
 * The messages for a chat completion: the system prompt, then the history with neighbours of one role merged.
 * What was interrupted carries no dash, so that the model does not learn to write one; a silence (`...`) that was followed
 * by real words is left out. Of a history longer than `most` messages, the prompt among them, the latest are kept.
 */
export function prepareMessages(systemPrompt: string, history: History, most: number): PreparedMessage[] {
	const messages: PreparedMessage[] = [{ role: 'system', content: systemPrompt }];
	// Two fewer: the prompt, and the opening below.
	for (const { role, text } of history.slice(-Math.max(1, most - 2))) {
		const content = text.replace(/\s*—\s*$/, '').trim();
		if (content === '') continue;
		const last = messages.at(-1);
		if (last?.role === role) last.content += ` ${content}`;
		else messages.push({ role, content });
	}
	if (messages[1]?.role !== 'user') messages.splice(1, 0, { role: 'user', content: OPENING });
	for (const message of messages) {
		if (message.role === 'user') message.content = withoutSilence(message.content);
	}
	return messages;
}

function withoutSilence(content: string): string {
	const words = content.split(/\s+/).filter((word) => word !== SILENCE);
	return words.length === 0 ? SILENCE : words.join(' ');
}
