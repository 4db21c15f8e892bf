/**
 * What runs in the page before Parley does, to see what a person would: it adds ears, and changes nothing that Parley
 * does. Given to Playwright as functions, so it may use nothing from this file's outside.
 */

import type { Entry, Mark } from '../../../src/lib/session/view.ts';

/** A message from the worker to the page, and when it came: milliseconds of `performance.timeOrigin + now()`. */
export interface Seen {
	readonly type: string;
	readonly seenAtMs: number;
	readonly mark?: Mark;
	readonly entry?: Entry;
	readonly [key: string]: unknown;
}

export interface Observed {
	/** Every message from the worker but the 25 signals a second. */
	seen: Seen[];
	/** The peak of each voice in every signal, and when it came. */
	levels: { atMs: number; user: number; assistant: number }[];
	/** When each word of the caption was first shown as heard. */
	captions: { text: string; atMs: number }[];
	/** What left the playback graph for the loudspeaker: samples at `rate`, from `fromFrame` on. */
	recording: Float32Array[];
	rate: number;
	errors: string[];
}

declare global {
	interface Window {
		observed: Observed;
	}
}

export function observe(): void {
	const observed: Observed = { seen: [], levels: [], captions: [], recording: [], rate: 0, errors: [] };
	window.observed = observed;
	const now = (): number => performance.timeOrigin + performance.now();
	window.addEventListener('securitypolicyviolation', (event) => {
		observed.errors.push(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
	});
	const NativeWorker = window.Worker;
	const peak = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
	window.Worker = class extends NativeWorker {
		constructor(...args: ConstructorParameters<typeof Worker>) {
			super(...args);
			this.addEventListener('message', ({ data }: MessageEvent<Seen>) => {
				if (data.type !== 'signal') observed.seen.push({ ...data, seenAtMs: now() });
				else {
					const { user, assistant } = data as unknown as { user: Float32Array; assistant: Float32Array };
					observed.levels.push({ atMs: now(), user: peak(user), assistant: peak(assistant) });
				}
			});
		}
	};
	// A caption's elements are used again for its next card: what counts is the word that one shows as heard.
	const heard = new Map<Element, string>();
	const look = (): void => {
		for (const word of document.querySelectorAll('[data-heard]')) {
			if (word.getAttribute('data-heard') !== 'true') heard.delete(word);
			else if (heard.get(word) !== word.textContent) {
				heard.set(word, word.textContent);
				observed.captions.push({ text: word.textContent, atMs: now() });
			}
		}
	};
	new MutationObserver(look).observe(document, {
		subtree: true,
		childList: true,
		characterData: true,
		attributes: true,
		attributeFilter: ['data-heard']
	});
}

/** A second loudspeaker beside the first, that keeps what it plays. Its module is a blob, which Parley's CSP forbids. */
export function record(): void {
	const module = `registerProcessor('recorder', class extends AudioWorkletProcessor {
		process([input]) {
			this.port.postMessage(input[0] ? input[0].slice() : new Float32Array(128));
			return true;
		}
	});`;
	const url = URL.createObjectURL(new Blob([module], { type: 'text/javascript' }));
	const addModule = AudioWorklet.prototype.addModule;
	AudioWorklet.prototype.addModule = async function (moduleUrl, options) {
		await addModule.call(this, url);
		return addModule.call(this, moduleUrl, options);
	};
	const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode, ...rest: number[]) => AudioNode;
	const patched = function (this: AudioNode, target: AudioNode, ...rest: number[]): AudioNode {
		const answer = connect.call(this, target, ...rest);
		if (target instanceof AudioDestinationNode && this instanceof GainNode) {
			const recorder = new AudioWorkletNode(this.context, 'recorder', { numberOfOutputs: 0 });
			window.observed.rate = this.context.sampleRate;
			recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
				window.observed.recording.push(data);
			};
			connect.call(this, recorder);
		}
		return answer;
	};
	Object.defineProperty(AudioNode.prototype, 'connect', { value: patched });
}
