/** The codec's trial, asked of a worker of its own. */
import type { CodecTrial, FromCodecTrial } from '../../session/worker/codec-trial.ts';

/** Loading and compiling included, on a slow phone. */
const LIMIT_MS = 20_000;

/** Null where it does not work here, for whatever reason. Never rejects. `pcm`: 24 kHz mono. */
export function tryCodecInWorker(pcm: Float32Array): Promise<CodecTrial | null> {
	return new Promise((resolve) => {
		const worker = new Worker(new URL('../../session/worker/codec-trial.worker.ts', import.meta.url), {
			type: 'module',
			name: 'parley-codec-trial'
		});
		const over = (trial: CodecTrial | null): void => {
			clearTimeout(limit);
			worker.terminate();
			resolve(trial);
		};
		const limit = setTimeout(() => {
			over(null);
		}, LIMIT_MS);
		worker.onerror = () => {
			over(null);
		};
		worker.onmessage = ({ data }: MessageEvent<FromCodecTrial>) => {
			over(data.ok ? data : null);
		};
		worker.postMessage(pcm);
	});
}

/** A second of a soft chord with an edge to it: something of every pitch of a voice. 24 kHz. */
export function testSound(): Float32Array {
	const sound = new Float32Array(24_000);
	for (let at = 0; at < sound.length; at++) {
		const t = (2 * Math.PI * at) / 24_000;
		sound[at] = 0.16 * (Math.sin(220 * t) + Math.sin(440 * t) + 0.5 * Math.sin(880 * t) + 0.25 * Math.sin(1760 * t));
	}
	return sound;
}
