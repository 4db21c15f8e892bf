/** What a client sends of the microphone, in the format that it chose, in frames of 80 ms of Opus. */
import type { RealtimeAudioFormat } from '../../src/lib/protocol/realtime.ts';
import { Intake, type IntakeFault } from './intake.ts';
import type { CodecPool } from '../codec/pool.ts';
import { PcmIntake } from './pcm/pcm-intake.ts';

export interface MicrophoneHost {
	/** The packets of 80 ms. */
	frame(packets: readonly Uint8Array[]): void;
	/** The codec is broken. */
	failed(): void;
}

export class Microphone {
	readonly #codecs: CodecPool;
	readonly #host: MicrophoneHost;
	readonly #intake = new Intake();
	#pcm: PcmIntake | null = null;
	#hasBegun = false;

	constructor(codecs: CodecPool, host: MicrophoneHost) {
		this.#codecs = codecs;
		this.#host = host;
	}

	/** False where sound of another format has come already. */
	choose(format: RealtimeAudioFormat): boolean {
		if ((format === 'pcm16') === (this.#pcm !== null)) return true;
		if (this.#hasBegun) return false;
		this.#pcm?.close();
		this.#pcm = format === 'pcm16' ? new PcmIntake(this.#codecs, this.#host) : null;
		return true;
	}

	/** The next bytes. Answers what was of no use about them; `full`: more waits than is kept. */
	push(bytes: Uint8Array): IntakeFault | 'full' | null {
		if (this.#pcm !== null) {
			this.#hasBegun = true;
			return this.#pcm.push(bytes) ? null : 'full';
		}
		const { frames, fault } = this.#intake.push(bytes);
		if (fault !== 'early') this.#hasBegun = true;
		for (const packets of frames) this.#host.frame(packets);
		return fault;
	}

	/** What does not fill a frame yet is followed by silence; of Opus, it waits for what comes next. */
	fill(): void {
		this.#pcm?.fill();
	}

	/** Forgets what does not fill a frame yet. */
	clear(): void {
		this.#intake.clear();
		this.#pcm?.clear();
	}

	/** Once everything that was pushed has come out: now, where it has. */
	after(run: () => void): void {
		if (this.#pcm === null) run();
		else this.#pcm.after(run);
	}

	close(): void {
		this.#pcm?.close();
	}
}
