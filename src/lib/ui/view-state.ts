/** The page's whole picture of a conversation, folded from ViewMessages. Pure. The signal is not in it: see `rings/`. */
import type { Problem } from '../protocol/problems.ts';
import type { CaptionWord, EarlierLine, Engines, Entry, Failure, Phase, ViewMessage } from '../session/view.ts';

/** An entry as the log keeps it. Ids begin anew with each talk, so `talk` tells two of the same id apart. */
export interface LoggedEntry extends Entry {
	readonly talk: number;
	/** Who answered when it began; null for Parley itself. */
	readonly who: string | null;
}

export interface ViewState {
	readonly phase: Phase;
	readonly failure: Failure | null;
	readonly problem: Problem | null;
	readonly engines: Engines | null;
	/** The relay last connected to records those who agree to it. */
	readonly records: boolean;
	/** Relays, or the same one anew, that this talk has gone through so far. */
	readonly connections: number;
	readonly entries: readonly LoggedEntry[];
	readonly caption: readonly CaptionWord[];
	readonly captionInterrupted: boolean;
	/** Counts presses of Start. */
	readonly talk: number;
	readonly muted: boolean;
	/** Who answers as of now; null for Parley itself. */
	readonly who: string | null;
	/** The talk button or key is down. */
	readonly pushed: boolean;
	/** “Let me finish” is on. */
	readonly held: boolean;
}

export const INITIAL_VIEW: ViewState = {
	phase: 'idle',
	failure: null,
	problem: null,
	engines: null,
	records: false,
	connections: 0,
	entries: [],
	caption: [],
	captionInterrupted: false,
	talk: 0,
	muted: false,
	who: null,
	pushed: false,
	held: false
};

/** Lines that the log shows at most: an hour of lively talk. The rest is the history's business, not the DOM's. */
export const MAX_LOGGED = 500;

const TALKING: ReadonlySet<Phase> = new Set<Phase>([
	'asking',
	'connecting',
	'listening',
	'hearing',
	'thinking',
	'speaking',
	'reconnecting',
	'deaf'
]);

/** A conversation is under way: the button says Stop. */
export function isTalking(phase: Phase): boolean {
	return TALKING.has(phase);
}

/** Start was pressed: a new talk, below the one before; one that goes on stands below its own beginning instead. */
export function begin(
	state: ViewState,
	who: string | null = null,
	muted = false,
	earlier: readonly EarlierLine[] = []
): ViewState {
	const before = earlier.map((line, at) => ({ ...line, id: at + 1, talk: state.talk + 1, open: false }));
	return {
		...state,
		entries: before.length === 0 ? state.entries : before.slice(-MAX_LOGGED),
		phase: 'asking',
		failure: null,
		problem: null,
		caption: [],
		captionInterrupted: false,
		talk: state.talk + 1,
		connections: 0,
		muted,
		who,
		pushed: false,
		held: false
	};
}

/** The state after `message`; the same object where nothing visible changed. */
export function fold(state: ViewState, message: ViewMessage): ViewState {
	switch (message.type) {
		case 'phase': {
			const over = !isTalking(message.phase);
			return {
				...state,
				phase: message.phase,
				failure: message.phase === 'failed' ? message.failure : null,
				...(over
					? { problem: null, caption: [], captionInterrupted: false, muted: false, pushed: false, held: false }
					: {})
			};
		}
		case 'welcome':
			return { ...state, engines: message.engines, records: message.records, connections: state.connections + 1 };
		case 'entry':
			return { ...state, entries: withEntry(state.entries, { ...message.entry, talk: state.talk, who: state.who }) };
		case 'who':
			return { ...state, who: message.who };
		case 'caption':
			return { ...state, caption: message.words, captionInterrupted: message.interrupted };
		case 'problem':
			return { ...state, problem: message.problem };
		case 'lack':
		case 'swap':
		case 'signal':
		case 'probe':
		case 'mark':
			return state;
	}
}

/** Replaces the entry of that talk and id, or adds it in the order of ids; an entry sent again is near the end. */
function withEntry(entries: readonly LoggedEntry[], entry: LoggedEntry): readonly LoggedEntry[] {
	let at = entries.length;
	while (at > 0) {
		const before = entries[at - 1];
		if (before === undefined || before.talk < entry.talk || (before.talk === entry.talk && before.id < entry.id)) break;
		at--;
	}
	const before = entries[at];
	if (before?.talk !== entry.talk || before.id !== entry.id) return entries.toSpliced(at, 0, entry).slice(-MAX_LOGGED);
	// Somebody else may answer by now.
	return entries.with(at, { ...entry, who: before.who });
}
