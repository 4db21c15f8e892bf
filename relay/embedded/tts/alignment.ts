/**
 * When each word of a clause is heard, found out by listening twice.
 *
 * espeak-ng's command line tells no word times. But it obeys `<prosody volume>`, and the volume changes neither the
 * phonemes nor their lengths. So every clause is spoken twice with the same marks: once at one volume (`voice`, which
 * is what people hear) and once with the volume stepping through four levels, word after word (`probe`). Both have the
 * same number of samples, and the ratio of their loudness names the word at every instant. Four levels, not two, since
 * espeak-ng speaks pairs such as "of the" as one word: the next level says which words were merged.
 */
import { endsSentence } from '../../../src/lib/chat/punctuation.ts';

/** Percent; steps of 3 dB, far more than the ratio's error. */
const PROBE_VOLUMES = [99, 70, 49, 34] as const;
/** Not 100: espeak-ng leaves out a mark that changes nothing, and both passes must have the same marks. */
const VOICE_VOLUME = 99;
/** 5 ms at 22,050 Hz: the resolution of word times. */
const WINDOW_SAMPLES = 110;
/** Below this RMS (of 1) a window says nothing about its word. */
const SILENCE_RMS = 0.002;
/** Skipping a word costs as much as this many windows of the wrong level: less than one, for pairs are common. */
const SKIP_COST = 0.5;
/** No word is shorter: what looks like one is the edge between two levels, and the word was merged into its neighbour. */
const MIN_WORD_SAMPLES = 3 * WINDOW_SAMPLES;

const LOG_RATIOS = PROBE_VOLUMES.map((volume) => Math.log(volume / VOICE_VOLUME));

export type Pass = 'voice' | 'probe';

/** The clause as SSML for one of the two passes. `words` are plain text. */
export function markedUp(words: readonly string[], pass: Pass): string {
	const marked = words.map((word, i) => {
		const volume = pass === 'voice' ? VOICE_VOLUME : (PROBE_VOLUMES[i % PROBE_VOLUMES.length] ?? VOICE_VOLUME);
		// Left to itself, espeak-ng starts a sentence at the volume of the one before; an explicit end prevents that.
		const end = i < words.length - 1 && endsSentence(word) ? '</s><s>' : '';
		return `<prosody volume="${volume}">${escaped(word)}</prosody>${end}`;
	});
	return `<speak><s>${marked.join(' ')}</s></speak>\n`;
}

/**
 * Where each of the words begins and ends, in samples of `voice`. Words that are not heard on their own share the
 * stretch of the word before them by their length in letters; words that make no sound at all last no time.
 */
export function alignWords(words: readonly string[], voice: Float32Array, probe: Float32Array): [number, number][] {
	if (words.length === 0) return [];
	const { logRatio, at } = heardWindows(voice, probe);
	if (at.length === 0) return words.map(() => [0, 0]);
	const owner = bestPath(logRatio, words.length);
	const spans: ([number, number] | undefined)[] = words.map(() => undefined);
	for (const [i, word] of owner.entries()) {
		const from = at[i] ?? 0;
		const to = Math.min(from + WINDOW_SAMPLES, voice.length);
		const span = spans[word];
		if (span === undefined) spans[word] = [from, to];
		else span[1] = to;
	}
	return shareMerged(
		words,
		spans.map((span) => (span !== undefined && span[1] - span[0] >= MIN_WORD_SAMPLES ? span : undefined))
	);
}

/** The windows in which something is heard: how much softer the probe is there, and where they begin. */
function heardWindows(voice: Float32Array, probe: Float32Array): { logRatio: number[]; at: number[] } {
	const logRatio: number[] = [];
	const at: number[] = [];
	const length = Math.min(voice.length, probe.length);
	for (let from = 0; from < length; from += WINDOW_SAMPLES) {
		const to = Math.min(from + WINDOW_SAMPLES, length);
		let voicePower = 0;
		let probePower = 0;
		for (let i = from; i < to; i++) {
			voicePower += (voice[i] ?? 0) ** 2;
			probePower += (probe[i] ?? 0) ** 2;
		}
		if (Math.sqrt(voicePower / (to - from)) < SILENCE_RMS) continue;
		logRatio.push(Math.log(Math.max(probePower, 1e-12) / voicePower) / 2);
		at.push(from);
	}
	return { logRatio, at };
}

/** The word of each window: the cheapest path that never goes back (Viterbi; skipping words is allowed, at a price). */
function bestPath(logRatio: readonly number[], count: number): number[] {
	const windows = logRatio.length;
	const from = new Int32Array(windows * count);
	let cost = Float64Array.from({ length: count }, (_, word) => word * SKIP_COST);
	for (let i = 0; i < windows; i++) {
		const next = new Float64Array(count);
		// The cheapest way to arrive at `word` from an earlier one, kept while `word` grows.
		let arrival = Infinity;
		let arrivedFrom = 0;
		for (let word = 0; word < count; word++) {
			const stay = cost[word] ?? Infinity;
			const stayed = i === 0 || stay <= arrival;
			from[i * count + word] = stayed ? word : arrivedFrom;
			next[word] = (stayed ? stay : arrival) + mismatch(logRatio[i] ?? 0, word);
			// From `word` to the next costs nothing, to the one after it one skip more.
			if (stay < arrival + SKIP_COST) {
				arrival = stay;
				arrivedFrom = word;
			} else arrival += SKIP_COST;
		}
		cost = next;
	}
	let word = 0;
	for (let last = 1; last < count; last++) {
		const skipped = (best: number): number => (cost[best] ?? Infinity) + (count - 1 - best) * SKIP_COST;
		if (skipped(last) <= skipped(word)) word = last;
	}
	const owner = new Array<number>(windows).fill(0);
	for (let i = windows - 1; i >= 0; i--) {
		owner[i] = word;
		word = from[i * count + word] ?? 0;
	}
	return owner;
}

/** 0 at the word's own level, 1 one level away or further. */
function mismatch(logRatio: number, word: number): number {
	const distance = Math.abs(logRatio - (LOG_RATIOS[word % LOG_RATIOS.length] ?? 0));
	return Math.min(1, distance / Math.log(99 / 70));
}

/** Gives words without a span of their own a share of the word's before them; leading ones, of the first that has one. */
function shareMerged(words: readonly string[], spans: readonly ([number, number] | undefined)[]): [number, number][] {
	const out: [number, number][] = [];
	let word = 0;
	while (word < words.length) {
		let next = word + 1;
		let span = spans[word];
		while (next < words.length && (span === undefined || spans[next] === undefined)) {
			span ??= spans[next];
			next++;
		}
		const [start, stop] = span ?? [0, 0];
		const letters = words.slice(word, next).map(soundingLength);
		const total = letters.reduce((sum, n) => sum + n, 0) || 1;
		let spoken = 0;
		for (const count of letters) {
			const from = start + ((stop - start) * spoken) / total;
			spoken += count;
			out.push([Math.round(from), Math.round(start + ((stop - start) * spoken) / total)]);
		}
		word = next;
	}
	return out;
}

/** Letters, digits, and signs that are read out ("&", emoji); punctuation takes no share. */
function soundingLength(word: string): number {
	return word.match(/[\p{L}\p{N}\p{S}&%@]/gu)?.length ?? 0;
}

/** SSML's own characters, control characters (espeak-ng's embedded commands) and `[[` (its phoneme input) disarmed. */
function escaped(word: string): string {
	return word
		.replace(/[\p{Cc}\p{Cs}]/gu, '')
		.replace(/\[\[/g, '[')
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;');
}
