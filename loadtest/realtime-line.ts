/** A talker on `/v1/realtime`: the server takes the turns. */
import { OggOpusPager } from '../src/lib/audio/ogg/pager.ts';
import { audioOf, RealtimeClient, type Connect } from '../src/lib/client/index.ts';
import type { Line, LineHost, OpenLine } from './line.ts';
import { SoundLength } from './sound-length.ts';
import type { Frame } from './sound/speech.ts';

export interface RealtimeLineOptions {
	readonly url: string;
	readonly connect: Connect;
	/** As the server's list of voices names it; null: the server's own. */
	readonly voice: string | null;
	readonly readyLimitMs: number;
}

/** Only the types are closed; what else a server calls an error is its own text. */
const ERROR_CODES = new Map([
	['warning', 'warning'],
	['invalid_request_error', 'invalid_request'],
	['fatal', 'fatal']
]);

export const openRealtimeLine =
	(options: RealtimeLineOptions): OpenLine =>
	(host) =>
		new RealtimeLine(options, host);

class RealtimeLine implements Line {
	readonly #client: RealtimeClient;
	readonly #pager = new OggOpusPager({ serial: 1 });
	readonly #length = new SoundLength();
	#isReady = false;

	constructor({ url, connect, voice, readyLimitMs }: RealtimeLineOptions, { tell }: LineHost) {
		const client = new RealtimeClient({ url, connect, readyLimitMs });
		this.#client = client;
		client.on('error', ({ error }) => {
			tell({ type: 'trouble', code: ERROR_CODES.get(error.type) ?? 'error' });
		});
		client.on('conversation.item.input_audio_transcription.delta', ({ delta }) => {
			if (delta.trim() !== '') tell({ type: 'word' });
		});
		client.on('input_audio_buffer.speech_stopped', () => tell({ type: 'paused' }));
		client.on('response.created', () => tell({ type: 'asked' }));
		client.on('unmute.response.text.delta.ready', () => tell({ type: 'written' }));
		client.on('response.audio.delta', (event) => {
			const seconds = this.#length.add(audioOf(event));
			if (seconds > 0) tell({ type: 'sound', seconds });
		});
		client.on('response.audio.done', () => tell({ type: 'said' }));
		client.on('unmute.interrupted_by_vad', () => tell({ type: 'interrupted' }));
		void client.ready.then((isReady) => {
			if (!isReady) return;
			// Nothing is said before it, and nothing of a load test is worth recording.
			client.send({
				type: 'session.update',
				session: { instructions: { type: 'smalltalk', language: null }, voice, allow_recording: false }
			});
			client.append(this.#pager.headPages());
			this.#isReady = true;
			tell({ type: 'ready' });
		});
		void client.ended.then((end) => tell({ type: 'ended', end }));
	}

	send(frame: Frame): void {
		if (!this.#isReady) return;
		for (const packet of frame) {
			const page = this.#pager.push(packet);
			if (page !== null) this.#client.append(page);
		}
	}

	heard(): void {
		// The server counts for itself what was heard.
	}

	close(): void {
		this.#client.close();
	}
}
