/** A synthesiser for tests: every word is a steady tone of 200 ms after 40 ms of silence. Counts what it is asked. */
import type { SpokenClause, Synthesiser } from '../tts/synthesiser.ts';

export const WORD_S = 0.24;
const GAP_S = 0.04;
const RATE = 24_000;

export interface ToneSynthesiser extends Synthesiser {
	/** Every text that was asked for, in order. */
	readonly asked: string[];
	/** Requests under way; an aborted one is over. */
	underWay(): number;
	/** While held, nothing is answered; `release` lets all go on. */
	hold(): void;
	release(): void;
	failNext(): void;
}

export function toneSynthesiser(): ToneSynthesiser {
	const asked: string[] = [];
	let underWay = 0;
	let failing = false;
	let gate = Promise.resolve();
	let open: () => void = () => undefined;
	return {
		name: 'tone',
		asked,
		underWay: () => underWay,
		voices: () => ['en'],
		hold() {
			gate = new Promise((resolve) => (open = resolve));
		},
		release: () => open(),
		failNext() {
			failing = true;
		},
		async speak(text, _voice, signal): Promise<SpokenClause> {
			asked.push(text);
			underWay++;
			try {
				await Promise.race([gate, aborted(signal)]);
				signal.throwIfAborted();
				if (failing) {
					failing = false;
					throw new Error('no voice today');
				}
				return tones(text.split(' '));
			} finally {
				underWay--;
			}
		}
	};
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function tones(words: readonly string[]): SpokenClause {
	const pcm = new Float32Array(Math.round(words.length * WORD_S * RATE));
	for (let i = 0; i < pcm.length; i++) {
		const inWordS = (i / RATE) % WORD_S;
		if (inWordS >= GAP_S) pcm[i] = 0.3 * Math.sin((2 * Math.PI * 440 * i) / RATE);
	}
	return {
		pcm,
		words: words.map((text, i) => ({ text, startS: i * WORD_S + GAP_S, stopS: (i + 1) * WORD_S }))
	};
}
