/** A worker for one trial of the codec: where a talk's codec runs, and not beside a talk's. */
import { tryCodec, type FromCodecTrial } from './codec-trial.ts';

onmessage = ({ data }: MessageEvent<Float32Array>) => {
	tryCodec(data, () => performance.now()).then(
		(trial) => {
			postMessage({ ok: true, ...trial } satisfies FromCodecTrial, [trial.pcm.buffer]);
		},
		() => {
			postMessage({ ok: false } satisfies FromCodecTrial);
		}
	);
};
