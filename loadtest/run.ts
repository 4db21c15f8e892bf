/** The load test itself: so many talkers at once, until so many conversations are over or it is stopped. */
import { seededChance } from './chance.ts';
import { Conversation } from './conversation.ts';
import { Figures } from './figures.ts';
import type { OpenLine } from './line.ts';
import type { Speech } from './sound/speech.ts';
import { Tally } from './tally.ts';

export interface RunOptions {
	readonly open: OpenLine;
	readonly speech: Speech;
	readonly talkers: number;
	readonly conversations: number;
	readonly messages: number;
	readonly patienceMs: number;
	/** The longest that one conversation may take. */
	readonly limitMs: number;
	readonly seed: number;
	/** Over which everybody begins; Unmute's load tester takes 2 s. */
	readonly staggerMs: number;
	/** Ends it early: what is under way is `unfinished`. */
	readonly signal: AbortSignal;
	/** Called whenever a conversation begins or ends. */
	readonly progress?: (tally: Tally) => void;
}

export interface Outcome {
	readonly tally: Tally;
	readonly figures: Figures;
	readonly tookMs: number;
}

/** Never rejects for anything that a server does. */
export async function run(options: RunOptions): Promise<Outcome> {
	const { talkers, conversations, staggerMs, signal, progress } = options;
	const startedMs = performance.now();
	const figures = new Figures();
	const tally = new Tally(conversations);
	let next = 0;
	const talk = async (talker: number): Promise<void> => {
		await pause((staggerMs / talkers) * talker, signal);
		while (next < conversations && !signal.aborted) {
			const number = next++;
			const conversation = new Conversation({
				...options,
				figures,
				nowMs: () => performance.now(),
				chance: seededChance(options.seed + number)
			});
			tally.began();
			progress?.(tally);
			const talked = await keepTicking(conversation, signal);
			tally.ended(talked);
			progress?.(tally);
			// A server that refuses everybody at once is not asked a thousand times in a second.
			if (talked.messages === 0) await pause(BREATH_MS, signal);
		}
	};
	await Promise.all(Array.from({ length: Math.min(talkers, conversations) }, (_, talker) => talk(talker)));
	return { tally, figures, tookMs: performance.now() - startedMs };
}

const BREATH_MS = 200;

async function keepTicking(conversation: Conversation, signal: AbortSignal): ReturnType<() => Conversation['done']> {
	let timer: ReturnType<typeof setTimeout>;
	const tick = (): void => {
		const nextMs = conversation.tick();
		if (nextMs !== null) timer = setTimeout(tick, Math.max(0, nextMs - performance.now()));
	};
	const stop = (): void => conversation.stop();
	signal.addEventListener('abort', stop);
	timer = setTimeout(tick, 0);
	const talked = await conversation.done;
	signal.removeEventListener('abort', stop);
	clearTimeout(timer);
	return talked;
}

/** Resolves after `ms`, or as soon as the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (signal.aborted || ms <= 0) return Promise.resolve();
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener('abort', done);
	});
}
