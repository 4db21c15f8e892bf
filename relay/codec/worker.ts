/** Opus in a thread of its own: for a client that speaks PCM, and never on the event loop that all the others share. */
import { parentPort } from 'node:worker_threads';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import { pcmOf, samplesOf } from './pcm16.ts';
import type { CodecAnswer, CodecKind, CodecOrder } from './pool.ts';

/** 20 ms, as the browser's own encoder makes them. */
const PACKET_SAMPLES = 480;

interface Codec {
	work(bytes: Uint8Array): Uint8Array<ArrayBuffer>[];
	free(): void;
}

const MAKERS: Readonly<Record<CodecKind, () => Promise<Codec>>> = {
	async encode() {
		const encoder = await createOpusEncoder();
		return {
			work(bytes) {
				const samples = samplesOf(bytes);
				const packets: Uint8Array<ArrayBuffer>[] = [];
				for (let at = 0; at + PACKET_SAMPLES <= samples.length; at += PACKET_SAMPLES) {
					packets.push(encoder.encode(samples.subarray(at, at + PACKET_SAMPLES)));
				}
				return packets;
			},
			free: () => encoder.free()
		};
	},
	async decode() {
		const decoder = await OggOpusDecoder.create();
		return { work: (bytes) => [pcmOf(decoder.push(bytes))], free: () => decoder.free() };
	}
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
	const parts = (await codec).work(order.bytes);
	const answer: CodecAnswer = { stream, parts };
	parentPort?.postMessage(
		answer,
		parts.map(({ buffer }) => buffer)
	);
}

parentPort?.on('message', (order: CodecOrder) => {
	obey(order).catch(() => {
		// A stream that was closed already is nobody's any more.
		if (order.type === 'work') parentPort?.postMessage({ stream: order.stream, parts: null } satisfies CodecAnswer);
	});
});
