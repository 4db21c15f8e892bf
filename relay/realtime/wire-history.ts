/** The conversation as Unmute's clients know it: its own marks for what was cut off and for whose turn it is. */
import type { History } from '../../src/lib/chat/history.ts';
import type { HistoryMessage } from '../../src/lib/protocol/realtime.ts';
import type { StateName } from '../../src/lib/turn/state.ts';

/** Told once a second: of a conversation of hours, its end. */
const MOST_MESSAGES = 200;
const CUT_OFF = '—';

/** States in which the assistant has the turn, whether or not it has said anything. */
const IS_ASSISTANTS: ReadonlySet<StateName> = new Set<StateName>(['thinking', 'speaking', 'overlapping']);

/**
 * Without the system prompt. A message that was cut off ends in a dash, and whoever has the turn and has not said anything
 * has an empty message.
 */
export function wireHistory(history: History, state: StateName): HistoryMessage[] {
	const messages: HistoryMessage[] = history.slice(-MOST_MESSAGES).map(({ role, text, interrupted }) => ({
		role,
		content: role === 'assistant' && interrupted ? `${text.trimEnd()} ${CUT_OFF}` : text
	}));
	const last = messages.at(-1)?.role;
	if (IS_ASSISTANTS.has(state) && last !== 'assistant') messages.push({ role: 'assistant', content: '' });
	if (!IS_ASSISTANTS.has(state) && last === 'assistant') messages.push({ role: 'user', content: '' });
	return messages;
}
