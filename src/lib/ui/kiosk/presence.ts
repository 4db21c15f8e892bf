/**
 * Whether somebody speaks in front of the kiosk: by how loud it is, measured in this page. Nothing is kept and nothing is
 * sent; what is said then is understood by nobody.
 */
import { LevelMeter } from '../../audio/level.ts';
import { microphoneConstraints } from '../../session/microphone.ts';
import type { DeviceChoices } from '../../session/devices.ts';

/** Somebody who speaks to a screen is louder than this at its microphone, in dB to full scale; a lobby's hum is not. */
const SPEECH_DB = -42;
/** … and louder than the room has been by so much. */
const ABOVE_ROOM_DB = 12;
/** Two syllables and the pause between them: a door that slams is shorter. */
const SPEECH_MS = 400;
const WITHIN_MS = 900;
/** The room's level follows slowly, so that somebody who speaks is not taken for the room. */
const ROOM_PER_S = 0.05;
const LOOK_EVERY_MS = 50;
const WINDOW = 4096;
/** A microphone that is away, or taken, is asked for again. */
const AGAIN_MS = 5_000;

/** Pure: time is an argument. */
export class PresenceJudge {
	#roomDb: number | null = null;
	#atMs: number | null = null;
	#loud: { readonly atMs: number; readonly forMs: number }[] = [];

	/** The level now, in dB to full scale; true where somebody speaks. */
	hear(db: number, nowMs: number): boolean {
		// A page that stood still heard nothing meanwhile.
		const passedMs = this.#atMs === null ? 0 : Math.min(200, Math.max(0, nowMs - this.#atMs));
		this.#atMs = nowMs;
		this.#roomDb ??= db;
		this.#roomDb += (db - this.#roomDb) * Math.min(1, (ROOM_PER_S * passedMs) / 1000);
		// Quieter than the room is the room.
		this.#roomDb = Math.min(this.#roomDb, Math.max(db, this.#roomDb - (20 * passedMs) / 1000));
		if (db >= SPEECH_DB && db >= this.#roomDb + ABOVE_ROOM_DB) this.#loud.push({ atMs: nowMs, forMs: passedMs });
		this.#loud = this.#loud.filter(({ atMs }) => nowMs - atMs < WITHIN_MS);
		const loudMs = this.#loud.reduce((sum, { forMs }) => sum + forMs, 0);
		if (loudMs < SPEECH_MS) return false;
		this.#loud = [];
		return true;
	}
}

export interface PresenceOptions {
	readonly devices: () => DeviceChoices;
	/** Whether the microphone is on. */
	readonly onListening: (on: boolean) => void;
	readonly onSpeech: () => void;
}

/** Listens from now on, for ever: whatever takes the microphone away gives it back some time. The answer ends it. */
export function watchPresence({ devices, onListening, onSpeech }: PresenceOptions): () => void {
	let closed = false;
	let letGo: (() => void) | null = null;
	let again: ReturnType<typeof setTimeout> | undefined;

	function retry(): void {
		letGo?.();
		letGo = null;
		onListening(false);
		clearTimeout(again);
		if (!closed) again = setTimeout(() => void open(), AGAIN_MS);
	}

	async function open(): Promise<void> {
		const context = new AudioContext();
		let stream: MediaStream | null = null;
		let every: ReturnType<typeof setInterval> | undefined;
		const end = (): void => {
			clearInterval(every);
			for (const track of stream?.getTracks() ?? []) track.stop();
			void context.close().catch(() => undefined);
		};
		try {
			const { microphone } = devices();
			stream = await navigator.mediaDevices.getUserMedia(
				microphoneConstraints({ ...devices(), ...(microphone === null ? {} : { deviceId: microphone }) })
			);
			// Without a press a browser may hold all sound: then there is nothing to measure.
			await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
			if (closed || context.state !== 'running') {
				end();
				if (!closed) retry();
				return;
			}
			for (const track of stream.getTracks()) track.addEventListener('ended', retry, { once: true });
			const analyser = new AnalyserNode(context, { fftSize: WINDOW });
			context.createMediaStreamSource(stream).connect(analyser);
			const samples = new Float32Array(WINDOW);
			const meter = new LevelMeter({ sampleRate: context.sampleRate });
			const judge = new PresenceJudge();
			const fresh = Math.min(WINDOW, Math.round((LOOK_EVERY_MS / 1000) * context.sampleRate));
			every = setInterval(() => {
				analyser.getFloatTimeDomainData(samples);
				meter.push(samples.subarray(WINDOW - fresh));
				if (judge.hear(meter.dbfs, performance.now())) onSpeech();
			}, LOOK_EVERY_MS);
			letGo = end;
			onListening(true);
		} catch {
			end();
			retry();
		}
	}

	void open();
	return () => {
		closed = true;
		clearTimeout(again);
		letGo?.();
		letGo = null;
		onListening(false);
	};
}
