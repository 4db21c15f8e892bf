/** From what was said and heard to what the model is asked. */
import type { History } from './history.ts';

export interface PreparedMessage {
	role: 'system' | 'user' | 'assistant';
	content: string;
}

/** Said in the person's name where the assistant speaks first: some models want a user's message before theirs. */
const OPENING = 'Hello.';
const RETURNING = 'Hello again. Let us go on where we were.';
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
		const content = role === 'user' ? withoutSilence(withoutDash(text)) : withoutDash(text);
		if (content === '') continue;
		const last = messages.at(-1);
		if (last?.role !== role) messages.push({ role, content });
		else if (last.content === SILENCE) last.content = content;
		else if (content !== SILENCE) last.content += ` ${content}`;
	}
	if (messages[1]?.role !== 'user') messages.splice(1, 0, { role: 'user', content: OPENING });
	return messages;
}

/**
 * What a model is asked that speaks first in a talk that goes on: where it had the last word, the person is back. A
 * list that ends with an answer would make many models write on at that answer.
 */
export function resumed(messages: readonly PreparedMessage[]): PreparedMessage[] {
	if (messages.at(-1)?.role === 'user') return [...messages];
	return [...messages, { role: 'user', content: RETURNING }];
}

function withoutDash(text: string): string {
	let content = text.trim();
	while (content.endsWith('—')) content = content.slice(0, -1).trimEnd();
	return content;
}

/** Only the silences before the words and behind them: in between, dots are the person's own. */
function withoutSilence(content: string): string {
	const words = content.replace(/^(?:\.\.\.\s+)+/, '').replace(/(?:\s\.\.\.)+$/, '');
	return words === '' ? SILENCE : words;
}
