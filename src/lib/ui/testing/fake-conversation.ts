/** A conversation for tests: remembers what it was asked and says what it is told to say. */
import type { Character } from '../../chat/characters/character.ts';
import type { DeviceChoices } from '../../session/devices.ts';
import type { SoundTaker } from '../../session/sound-taker.ts';
import type { Conversation, StartOptions, ViewMessage } from '../../session/view.ts';

export class FakeConversation implements Conversation {
	readonly calls: string[] = [];
	started: StartOptions | null = null;
	readonly #onMessage: (message: ViewMessage) => void;

	constructor(onMessage: (message: ViewMessage) => void) {
		this.#onMessage = onMessage;
	}

	/** What the worker would send. */
	tell(message: ViewMessage): void {
		this.#onMessage(message);
	}

	start(options: StartOptions): void {
		this.started = options;
		this.calls.push('start');
	}
	stop(): void {
		this.calls.push('stop');
	}
	setMuted(muted: boolean): void {
		this.calls.push(`muted ${muted}`);
	}
	say(text: string): void {
		this.calls.push(`say ${text}`);
	}
	push(down: boolean): void {
		this.calls.push(`push ${down}`);
	}
	hold(on: boolean): void {
		this.calls.push(`hold ${on}`);
	}
	goOn(): void {
		this.calls.push('go on');
	}
	setPatience(patience: string): void {
		this.calls.push(`patience ${patience}`);
	}
	setCharacter(character: Character | null): void {
		this.calls.push(`character ${character?.name ?? 'Parley'}`);
	}
	setVolume(volume: number): void {
		this.calls.push(`volume ${volume}`);
	}
	setDevices(devices: DeviceChoices): void {
		this.calls.push(`devices ${JSON.stringify(devices)}`);
	}
	setSounds(on: boolean): void {
		this.calls.push(`sounds ${on}`);
	}
	setSoundTaker(taker: SoundTaker | null): void {
		this.calls.push(`sound ${taker === null ? 'off' : 'on'}`);
	}
	setProbes(on: boolean): void {
		this.calls.push(`probes ${on}`);
	}
	setRecogniser(active: boolean): void {
		this.calls.push(`recogniser ${active}`);
	}
	setRecording(agreed: boolean): void {
		this.calls.push(`recording ${agreed}`);
	}
	heardLocally(text: string): void {
		this.calls.push(`heard ${text}`);
	}
	close(): void {
		this.calls.push('close');
	}
}
