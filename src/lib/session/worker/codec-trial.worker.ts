/** A worker for one trial of the codec: where a talk's codec runs, and not beside a talk's. */
import { tryCodec, type CodecTrial } from './codec-trial.ts';

export type FromCodecTrial = ({ readonly ok: true } & CodecTrial) | { readonly ok: false };

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
