/** Plays the client's side of a scene to a server, and notes what the server does. */
import { WebSocket } from 'ws';
import { babble } from '../../../relay/ears/testing/sounds.ts';
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder } from '../../../src/lib/audio/opus.ts';
import { encodeBase64 } from '../../../src/lib/protocol/base64.ts';
import { encodeRealtimeClientEvent, REALTIME_PATH, REALTIME_SUBPROTOCOL } from '../../../src/lib/protocol/realtime.ts';
import { Notes, type Act, type Transcript } from './transcript.ts';

const PACKET_MS = 20;
const PACKET_SAMPLES = 480;

export interface Speech {
	readonly voice: readonly Uint8Array[];
	readonly silence: Uint8Array;
}

/** Two seconds of a voice, and silence, in packets of 20 ms. */
export async function makeSpeech(): Promise<Speech> {
	const encoder = await createOpusEncoder({ complexity: 0 });
	const packets = (samples: Float32Array): Uint8Array[] =>
		Array.from({ length: samples.length / PACKET_SAMPLES }, (_, at) =>
			encoder.encode(samples.slice(at * PACKET_SAMPLES, (at + 1) * PACKET_SAMPLES))
		);
	const voice = packets(babble(2));
	// The first packets after a sound still hold the end of it.
	const silence = packets(new Float32Array(50 * PACKET_SAMPLES)).at(-1) ?? new Uint8Array(0);
	encoder.free();
	return { voice, silence };
}

/** Sends two packets of 20 ms a page, as opus-recorder does in Unmute's web app, in real time. */
class Microphone {
	readonly #pager = new OggOpusPager({ serial: 77, packetsPerPage: 2 });
	readonly #timer: NodeJS.Timeout;
	#voice: Uint8Array[] = [];
	#sent = 0;

	constructor(speech: Speech, send: (bytes: Uint8Array) => void) {
		const beganMs = performance.now();
		const head = this.#pager.headPages();
		send(head.subarray(0, 47)); // opus-recorder sends the first page, and the second, each by itself
		send(head.subarray(47));
		this.#timer = setInterval(() => {
			for (; this.#sent * PACKET_MS < performance.now() - beganMs; this.#sent++) {
				const page = this.#pager.push(this.#voice.shift() ?? speech.silence);
				if (page !== null) send(page);
			}
		}, PACKET_MS);
	}

	speak(packets: readonly Uint8Array[]): void {
		this.#voice = [...packets];
	}

	stop(): void {
		clearInterval(this.#timer);
	}
}

export interface PlayOptions {
	/** `ws://HOST:PORT`. */
	readonly url: string;
	readonly server: string;
	readonly speech: Speech;
	/** The TTS takes nobody for so long. */
	fillTts(ms: number): void;
}

export async function play(scene: string, acts: readonly Act[], options: PlayOptions): Promise<Transcript> {
	const { url, server, speech } = options;
	const socket = new WebSocket(`${url}${REALTIME_PATH}`, REALTIME_SUBPROTOCOL);
	const notes = new Notes();
	const counts = new Map<string, number>();
	let watchers: (() => void)[] = [];
	let beganMs = performance.now();
	const microphones: Microphone[] = [];
	let closed: Transcript['closed'] = null;
	let isLeaving = false;
	const sinceMs = (): number => performance.now() - beganMs;
	const changed = (): void => {
		for (const watcher of watchers.splice(0)) watcher();
	};
	const failed = Promise.withResolvers<never>();
	socket.on('error', (error) => failed.reject(error));
	socket.on('message', (data) => {
		try {
			const type = notes.note(data.toString(), sinceMs());
			counts.set(type, (counts.get(type) ?? 0) + 1);
		} catch (error) {
			failed.reject(error instanceof Error ? error : new Error(String(error)));
		}
		changed();
	});
	socket.on('close', (code) => {
		if (!isLeaving) closed = { code, atMs: Math.round(sinceMs()) };
		changed();
	});
	const change = (): Promise<void> => new Promise((resolve) => (watchers = [...watchers, resolve]));
	const until = async (condition: () => boolean): Promise<void> => {
		while (!condition()) {
			if (closed !== null) throw new Error(`${scene}: closed with ${String(closed.code)} before it was over`);
			await Promise.race([change(), failed.promise]);
		}
	};
	const hasClosed = (): boolean => closed !== null;

	async function doIt({ act }: Act): Promise<void> {
		switch (act.do) {
			case 'send':
				return socket.send(act.text);
			case 'listen': {
				const microphone = new Microphone(speech, (bytes) => {
					const audio = encodeBase64(bytes);
					if (socket.readyState === socket.OPEN) {
						socket.send(encodeRealtimeClientEvent({ type: 'input_audio_buffer.append', audio }));
					}
				});
				for (const event of notes.events) event.atMs = Math.round(event.atMs - sinceMs());
				beganMs = performance.now();
				microphones.push(microphone);
				return;
			}
			case 'speak':
				return microphones.at(-1)?.speak(speech.voice.slice(0, act.ms / PACKET_MS));
			case 'fillTts':
				return options.fillTts(act.ms);
			case 'waitForClose':
				return until(hasClosed);
			case 'leave':
				isLeaving = true;
		}
	}

	try {
		await Promise.race([new Promise((resolve) => socket.once('open', resolve)), failed.promise]);
		for (const one of acts) {
			const { after, plusMs = 0 } = one;
			if (after !== undefined) await until(() => (counts.get(after.type) ?? 0) >= (after.count ?? 1));
			if (plusMs > 0) await Promise.race([new Promise((resolve) => setTimeout(resolve, plusMs)), failed.promise]);
			await doIt(one);
		}
	} finally {
		isLeaving = true;
		for (const microphone of microphones) microphone.stop();
		socket.close(1000);
	}
	const { events, fields } = notes;
	const filled = acts.map(({ after, plusMs = 0, act }) => ({
		...(after === undefined ? {} : { after: { type: after.type, count: after.count ?? 1 } }),
		plusMs,
		act
	}));
	return { scene, server, acts: filled, subprotocol: socket.protocol, fields, events, closed };
}
