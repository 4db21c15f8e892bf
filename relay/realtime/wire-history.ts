/** The conversation as Unmute's clients know it: its own marks for what was cut off and for whose turn it is. */
import type { History } from '../../src/lib/chat/history.ts';
import type { AdditionalOutputs, HistoryMessage } from '../../src/lib/protocol/realtime.ts';
import type { StateName, TurnState } from '../../src/lib/turn/state.ts';
import type { AnswerTiming } from './answer.ts';

/** Told once a second: of a conversation of hours, or of books that were written into it, its end. */
const MOST_MESSAGES = 200;
const MOST_CHARS = 200_000;
const CUT_OFF = '—';

/** States in which the assistant has the turn, whether or not it has said anything. */
const IS_ASSISTANTS: ReadonlySet<StateName> = new Set<StateName>(['thinking', 'speaking', 'overlapping']);

/**
 * Without the system prompt. A message that was cut off ends in a dash, and whoever has the turn and has not said anything
 * has an empty message.
 */
export function wireHistory(history: History, state: StateName): HistoryMessage[] {
	const messages: HistoryMessage[] = endOf(history).map(({ role, text, interrupted }) => ({
		role,
		content: role === 'assistant' && interrupted ? `${text.trimEnd()} ${CUT_OFF}` : text
	}));
	const last = messages.at(-1)?.role;
	if (IS_ASSISTANTS.has(state) && last !== 'assistant') messages.push({ role: 'assistant', content: '' });
	if (!IS_ASSISTANTS.has(state) && last === 'assistant') messages.push({ role: 'user', content: '' });
	return messages;
}

/** Whole messages; the last one in any case. */
function endOf(history: History): History {
	let chars = 0;
	const tooMuch = history.findLastIndex(({ text }, at) => {
		chars += text.length;
		return chars > MOST_CHARS && at < history.length - 1;
	});
	return history.slice(Math.max(tooMuch + 1, history.length - MOST_MESSAGES));
}

export interface Seen {
	readonly timing: AnswerTiming;
	/** Of the client's sound. */
	readonly receivedMs: number;
	/** '' where none was chosen. */
	readonly voice: string;
}

/** How things are, as Unmute's clients show it to whoever debugs. */
export function outputsOf(history: History, state: TurnState, { timing, receivedMs, voice }: Seen): AdditionalOutputs {
	return {
		chat_history: wireHistory(history, state.name),
		debug_dict: {
			timing,
			connection: {
				stt: state.listening ? 'connected' : 'none',
				tts: state.name === 'speaking' ? 'connected' : 'none'
			},
			chatbot: {},
			last_receive_time: receivedMs / 1000,
			conversation_state: stateWords(state.name),
			tts_voice: voice === '' ? 'none' : voice,
			stt_pause_prediction: state.listening ? state.pause : -1
		},
		debug_plot_data: []
	};
}

/** Unmute's three names for whose turn it is. */
function stateWords(name: StateName): 'waiting_for_user' | 'user_speaking' | 'bot_speaking' {
	switch (name) {
		case 'thinking':
		case 'speaking':
		case 'overlapping':
			return 'bot_speaking';
		case 'hearing':
		case 'flushing':
		case 'holding':
			return 'user_speaking';
		default:
			return 'waiting_for_user';
	}
}
