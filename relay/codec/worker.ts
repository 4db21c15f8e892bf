/** Opus in a thread of its own: for whoever speaks PCM, and never on the event loop that all the others share. */
import { parentPort } from 'node:worker_threads';
import { PACKET_SAMPLES } from '../../src/lib/audio/frames.ts';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import { InputFault, type Codec } from './codec.ts';
import { createHearing } from './hearing.ts';
import { pcmOf, samplesOf } from './pcm16.ts';
import type { CodecAnswer, CodecFault, CodecKind, CodecOrder } from './pool.ts';
import { createVoicing } from './voicing.ts';

const MAKERS: Readonly<Record<CodecKind, () => Promise<Codec>>> = {
	async encode() {
		const encoder = await createOpusEncoder();
		return {
			work(bytes) {
				const samples = samplesOf(bytes);
				const parts: Uint8Array<ArrayBuffer>[] = [];
				// 20 ms, as the browser's own encoder makes them.
				for (let at = 0; at + PACKET_SAMPLES <= samples.length; at += PACKET_SAMPLES) {
					parts.push(encoder.encode(samples.subarray(at, at + PACKET_SAMPLES)));
				}
				return { parts, events: [] };
			},
			free: () => encoder.free()
		};
	},
	async decode() {
		const decoder = await OggOpusDecoder.create();
		return {
			work: (bytes) => ({ parts: [pcmOf(decoder.push(bytes))], events: [] }),
			free: () => decoder.free()
		};
	},
	hear: () => createHearing(null),
	'hear-moshi': () => createHearing('moshi'),
	'hear-float32': () => createHearing('float32'),
	'voice-moshi': () => createVoicing('moshi'),
	'voice-float32': () => createVoicing('float32')
};

const codecs = new Map<number, Promise<Codec>>();

async function obey(order: CodecOrder): Promise<void> {
	const { stream } = order;
	if (order.type === 'close') {
		const codec = codecs.get(stream);
		codecs.delete(stream);
		return (await codec)?.free();
	}
	const codec = codecs.get(stream) ?? MAKERS[order.kind]();
	codecs.set(stream, codec);
	const { parts, events } = (await codec).work(order.bytes);
	parentPort?.postMessage(
		{ stream, parts, events } satisfies CodecAnswer,
		parts.map(({ buffer }) => buffer)
	);
}

parentPort?.on('message', (order: CodecOrder) => {
	obey(order).catch((error: unknown) => {
		// A stream that was closed already is nobody's any more.
		if (order.type !== 'work') return;
		const fault: CodecFault = error instanceof InputFault ? 'input' : 'codec';
		parentPort?.postMessage({ stream: order.stream, fault } satisfies CodecAnswer);
	});
});
