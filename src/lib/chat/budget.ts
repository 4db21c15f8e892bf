/**
 * Makes a conversation fit what a model can read. The oldest turns go, whole, and leave a short extract behind.
 * A turn is what the person said with what was answered to it.
 */
import { earlier } from './earlier.ts';
import type { PreparedMessage } from './prepare.ts';
import { estimateTokens } from './token-estimate.ts';

export interface BudgetLimits {
	/** What the model reads and writes in all, in tokens. */
	readonly contextTokens: number;
	/** Of these, what is left for its answer. */
	readonly reserveTokens: number;
}

export interface Budget extends BudgetLimits {
	/** Tokens of a text; `estimateTokens` where absent. Must not shrink when text is added. */
	readonly estimate?: (text: string) => number;
}

export interface FittedMessages {
	/** Never none, where there were any. */
	readonly messages: PreparedMessage[];
	/** The estimate for all of `messages`. */
	readonly tokens: number;
	/** Turns left out. */
	readonly droppedTurns: number;
	/** Whether it fits. Where not, not even the instructions leave room: `messages` is these and the last turn. */
	readonly fits: boolean;
}

/** Where neither the server nor the operator tells: small servers are commonly started with 4,096. */
export const DEFAULT_LIMITS: BudgetLimits = { contextTokens: 4096, reserveTokens: 512 };

/** Role, separators and end mark of one message in the usual chat templates take four to seven tokens. */
export const MESSAGE_TOKENS = 8;
/** What a template puts around them all: the beginning, and the prompt for the answer. */
export const FRAME_TOKENS = 8;

/** The extract takes no more than this share of the room, and no more of it than this. */
const EARLIER_SHARE = 0.1;
const EARLIER_TOKENS = 200;
const MOST_EXTRACTS = 12;
/** A last turn of which no more would be left is not worth asking about; the server may still find room for it. */
const LEAST_SHORTENED_TOKENS = 32;
/** Units within which a shortened text looks for the beginning of a word. */
const NEAR_WORD = 40;

/** No model reads less; asking with less would leave no room for the instructions. */
const LEAST_CONTEXT_TOKENS = 512;
const SHRINK = 0.6;

/**
 * The messages with which to ask, in their order: the system messages at the beginning as they are, then as many of the
 * newest turns as fit, the last one always; one that is too long by itself (a pasted text) keeps its newest words, or the
 * conversation could never go on from there. What was dropped leaves one line at the end of the system message, because
 * many chat templates refuse a second system message, and a user's message that does not alternate.
 */
export function fitMessages(messages: readonly PreparedMessage[], budget: Budget): FittedMessages {
	const estimate = budget.estimate ?? estimateTokens;
	const room = Math.max(0, budget.contextTokens - budget.reserveTokens);
	const cost = (all: readonly PreparedMessage[]): number =>
		all.reduce((sum, { content }) => sum + estimate(content) + MESSAGE_TOKENS, 0);
	const first = messages.findIndex(({ role }) => role !== 'system');
	const system = first < 0 ? [...messages] : messages.slice(0, first);
	const turns = turnsOf(first < 0 ? [] : messages.slice(first));
	const costs = turns.map(cost);
	const fixed = FRAME_TOKENS + cost(system);
	const whole = fixed + costs.reduce((sum, tokens) => sum + tokens, 0);
	if (whole <= room) return { messages: [...messages], tokens: whole, droppedTurns: 0, fits: true };

	const share = Math.min(EARLIER_TOKENS, Math.floor(room * EARLIER_SHARE));
	const kept = newest(costs, room - fixed - share);
	const from = turns.length - kept;
	const last = turns.slice(from).flat();
	const asked = fixed + cost(last) <= room ? last : shortened(last, room - fixed - cost(last), estimate);
	const dropped = turns.slice(0, from).flat();
	const total = (head: readonly PreparedMessage[]): number => FRAME_TOKENS + cost(head) + cost(asked);
	const told = earlier(
		dropped,
		(text) => estimate(text) <= share && total(withEarlier(system, text)) <= room,
		MOST_EXTRACTS
	);
	const head = told === '' ? system : withEarlier(system, told);
	const tokens = total(head);
	return { messages: [...head, ...asked], tokens, droppedTurns: from, fits: tokens <= room };
}

/**
 * What to ask with after a model refused `sentTokens` (the `tokens` of the refused request) as too many. Null where less
 * makes no sense: the refusal is then the answer. Each call shrinks by two fifths at least, so it ends after a few.
 */
export function afterContextOverflow(limits: BudgetLimits, sentTokens: number): BudgetLimits | null {
	const refused = Math.min(limits.contextTokens, sentTokens + limits.reserveTokens);
	const contextTokens = Math.floor(refused * SHRINK);
	if (contextTokens < LEAST_CONTEXT_TOKENS) return null;
	return { contextTokens, reserveTokens: Math.min(limits.reserveTokens, Math.floor(contextTokens / 4)) };
}

/** A turn begins with what the person says; what the assistant says before that is one too. */
function turnsOf(messages: readonly PreparedMessage[]): PreparedMessage[][] {
	const turns: PreparedMessage[][] = [];
	for (const message of messages) {
		const current = turns.at(-1);
		const begins = message.role === 'user' && current?.at(-1)?.role !== 'user';
		if (current === undefined || begins) turns.push([message]);
		else current.push(message);
	}
	return turns;
}

/** How many of the last turns fit into `room`; the last one always does, and with it the last that the person began. */
function newest(costs: readonly number[], room: number): number {
	let kept = Math.min(1, costs.length);
	let tokens = costs.at(-1) ?? 0;
	while (kept < costs.length) {
		tokens += costs[costs.length - 1 - kept] ?? 0;
		if (tokens > room) break;
		kept += 1;
	}
	return kept;
}

/** The longest of `messages` without its beginning, so that `spare` more tokens (mostly fewer than none) are enough. */
function shortened(
	messages: readonly PreparedMessage[],
	spare: number,
	estimate: (text: string) => number
): readonly PreparedMessage[] {
	const sizes = messages.map(({ content }) => estimate(content));
	const at = sizes.indexOf(Math.max(...sizes));
	const longest = messages[at];
	const tokens = (sizes[at] ?? 0) + spare;
	if (longest === undefined || tokens < LEAST_SHORTENED_TOKENS) return messages;
	let tooLong = 0;
	let enough = longest.content.length;
	while (enough - tooLong > 1) {
		const middle = Math.floor((tooLong + enough) / 2);
		if (estimate(`… ${longest.content.slice(middle).toWellFormed()}`) <= tokens) enough = middle;
		else tooLong = middle;
	}
	const rest = longest.content.slice(enough).replace(/^[\uDC00-\uDFFF]/, '');
	const space = rest.slice(0, NEAR_WORD).search(/\s/);
	return messages.with(at, { ...longest, content: `… ${rest.slice(space + 1).trimStart()}` });
}

function withEarlier(system: readonly PreparedMessage[], text: string): PreparedMessage[] {
	const last = system.at(-1);
	if (last === undefined) return [{ role: 'system', content: text }];
	return [...system.slice(0, -1), { ...last, content: `${last.content}\n\n${text}` }];
}
