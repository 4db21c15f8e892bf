/** The kiosk's page at work: owns the clock, the questions to the relay and what holds over the person's choices meanwhile. */
import { app } from '../../offline/app.svelte.ts';
import { PING_EVERY_S, type Kiosk } from '../../chat/characters/kiosk.ts';
import type { Language } from '../../i18n/languages.ts';
import { words } from '../../i18n/words.svelte.ts';
import type { Lack } from '../../session/devices.ts';
import { relayOrigin } from '../../session/relay-origin.ts';
import { SILENCE_MARKER } from '../../turn/options.ts';
import { recallCode } from '../access-code.ts';
import { conversing } from '../conversing.svelte.ts';
import { WakeLock } from '../manners/wake-lock.ts';
import { chosen } from '../preferences.svelte.ts';
import { leaveNote, readNote } from './crash-note.ts';
import { endsSoon, initialKiosk, stateOf, stepKiosk, type KioskEffect, type KioskEvent } from './kiosk-state.ts';
import { msUntil } from './nightly.ts';
import { relayDesk, type UnlockAnswer } from './relay-desk.ts';
import { watchStall } from './watchdog.ts';

/** Between two questions to a relay that is away: growing to the last, so that a hundred kiosks are no flood. */
const AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

export interface KioskOptions {
	/** What the operator calls this one. */
	readonly name: string;
	readonly version: string;
	readonly reload: () => void;
}

export class KioskHost {
	readonly #options: KioskOptions;
	readonly #loadedMs = performance.now();
	#state = $state.raw(initialKiosk(performance.now(), readNote()));
	#nowMs = $state(performance.now());
	#kiosk = $state.raw<Kiosk | null>(null);
	/** Shown, and begun in where it is touched. */
	#language = $state<Language>('en');
	#lacks = $state(false);
	#lack = $state<Lack | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asking: ReturnType<typeof setTimeout> | undefined;
	#failures = 0;
	#asked = 0;
	#ends: (() => void)[] = [];
	#imposed: (() => void) | null = null;
	#closed = false;
	readonly #desk = relayDesk(() => recallCode(relayOrigin()));

	constructor(options: KioskOptions) {
		this.#options = options;
	}

	get state() {
		return this.#state;
	}
	/** What the relay says; null before it has. */
	get kiosk(): Kiosk | null {
		return this.#kiosk;
	}
	get endsSoon(): boolean {
		return endsSoon(this.#state, this.#nowMs);
	}
	/** This machine has no microphone just now. */
	get lacksMicrophone(): boolean {
		return this.#lacks;
	}
	/** Why the visitor is not heard just now. */
	get lack(): Lack | null {
		return this.#lack;
	}
	get languages(): readonly Language[] {
		return this.#kiosk?.languages ?? ['en', 'fr'];
	}

	/** In the browser, once; the answer gives everything back. */
	live(): () => void {
		// Somebody may have come here in the middle of a talk.
		conversing.forget();
		const wakeLock = new WakeLock();
		wakeLock.want(true);
		const devices = navigator.mediaDevices as MediaDevices | undefined;
		const count = (): void => void this.#countMicrophones();
		devices?.addEventListener('devicechange', count);
		count();
		const online = (): void => this.#askSoon(0);
		window.addEventListener('online', online);
		this.#ends = [
			() => wakeLock.want(false),
			() => devices?.removeEventListener('devicechange', count),
			() => window.removeEventListener('online', online),
			watchStall(() => this.do({ type: 'stalled' })),
			conversing.follow((message) => {
				if (message.type === 'phase') this.do(message);
				else if (message.type === 'lack') this.#lack = message.lack;
				else if (message.type === 'entry' && message.entry.role === 'user') this.#hear(message.entry.text);
			}),
			$effect.root(() => {
				$effect(() => {
					if (app.updateReady) this.do({ type: 'update' });
				});
			})
		];
		this.#askSoon(0);
		return () => {
			this.#closed = true;
			clearTimeout(this.#timer);
			clearTimeout(this.#asking);
			for (const end of this.#ends.splice(0)) end();
			conversing.forget();
			this.#imposed?.();
			leaveNote({ talking: false, broken: 0, lastError: null });
		};
	}

	do(event: KioskEvent): void {
		if (this.#closed) return;
		const nowMs = performance.now();
		const { state, effects, wakeAtMs } = stepKiosk(this.#state, event, nowMs);
		this.#state = state;
		this.#nowMs = nowMs;
		clearTimeout(this.#timer);
		// A timer takes 24 days at most, and less is as good.
		if (wakeAtMs !== null) {
			this.#timer = setTimeout(() => this.do({ type: 'tick' }), Math.min(wakeAtMs - nowMs + 5, 3_600_000));
		}
		leaveNote({ talking: state.talking !== null, broken: state.broken, lastError: state.lastError });
		for (const effect of effects) this.#perform(effect);
	}

	/** Its words and the talk's, until the next one. */
	speak(language: Language): void {
		this.#language = language;
		words.wear(language);
	}

	unlock(pin: string): Promise<UnlockAnswer> {
		return this.#desk.unlock(pin);
	}

	/** A turn of the person's, as far as it is written down. */
	#hear(text: string): void {
		if (text.trim() !== '') this.do({ type: text === SILENCE_MARKER ? 'silence' : 'said' });
	}

	#perform(effect: KioskEffect): void {
		switch (effect) {
			case 'start':
				words.wear(this.#language);
				// Whatever somebody agreed to on this machine, no visitor has.
				conversing.talk.setRecording(false);
				conversing.start();
				return;
			case 'forget':
				this.#lack = null;
				conversing.forget();
				return;
			case 'ask':
				this.#askSoon(0);
				return;
			case 'update':
				app.update();
				return;
			case 'reload':
				this.#options.reload();
		}
	}

	#askSoon(ms: number): void {
		clearTimeout(this.#asking);
		this.#asking = setTimeout(() => void this.#ask(), ms);
	}

	/** Asks what to be and says that it lives, for ever. Whatever hurries it, one answer counts: the last question's. */
	async #ask(): Promise<void> {
		const asked = (this.#asked += 1);
		const answer = await this.#desk.kiosk();
		if (this.#closed || asked !== this.#asked) return;
		if ('why' in answer) {
			this.do({ type: 'relay', is: answer.why });
			const at = Math.min(this.#failures, AGAIN_MS.length - 1);
			this.#failures += 1;
			this.#askSoon(AGAIN_MS[at] ?? 15_000);
			return;
		}
		this.#failures = 0;
		this.#take(answer.kiosk);
		this.#askSoon(PING_EVERY_S * 1000);
		const { name, version } = this.#options;
		const { talks, lastError } = this.#state;
		const uptimeS = Math.round((performance.now() - this.#loadedMs) / 1000);
		await this.#desk.ping({ name, state: stateOf(this.#state), uptimeS, talks, version, lastError });
	}

	#take(kiosk: Kiosk): void {
		const { rules } = this.#state;
		// The night that was set at the load: set anew at each answer, it would never come.
		const isSame = this.#kiosk?.reloadAt === kiosk.reloadAt;
		const reloadAtMs =
			isSame && rules !== null ? rules.reloadAtMs : performance.now() + msUntil(kiosk.reloadAt, Date.now());
		const first = this.#kiosk === null;
		// Said again every 30 s: the same settings are to change nothing.
		if (JSON.stringify(this.#kiosk) !== JSON.stringify(kiosk)) {
			this.#kiosk = kiosk;
			const before = this.#imposed;
			const { character, captions, volume, theme } = kiosk;
			this.#imposed = chosen.impose({
				...{ character, captions, volume, theme },
				...{ private: true, keepSound: false, holdToTalk: false, devView: false, shortcuts: false, patience: 'normal' }
			});
			before?.();
		}
		if (first) void conversing.talk.prefetch();
		this.do({
			type: 'rules',
			rules: {
				idleMs: kiosk.idleS * 1000,
				maxTalkMs: kiosk.maxTalkS * 1000,
				reloadAfterTalks: kiosk.reloadAfterTalks,
				reloadAtMs
			}
		});
	}

	async #countMicrophones(): Promise<void> {
		try {
			const devices = await navigator.mediaDevices.enumerateDevices();
			this.#lacks = !devices.some(({ kind }) => kind === 'audioinput');
		} catch {
			// Not told: the talk finds out.
		}
	}
}
