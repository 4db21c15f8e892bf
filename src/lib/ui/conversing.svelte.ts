/**
 * The page's one conversation. It belongs to no route: it goes on while somebody looks into the history or changes a
 * setting, and every route shows the same one.
 */
import type { Character } from '../chat/characters/character.ts';
import type { Language } from '../i18n/languages.ts';
import { words } from '../i18n/words.svelte.ts';
import { askBuild, BUILD_PATH } from '../session/relay-health.ts';
import { relayAddress, relayOrigin, talkTo } from '../session/relay-origin.ts';
import type { EarlierLine, ViewMessage } from '../session/view.ts';
import type { DeviceChoices } from '../session/devices.ts';
import type { Preferences } from './preferences.ts';
import { chosen } from './preferences.svelte.ts';
import { RelayWatch } from './relay-watch.ts';
import { Recognition } from './recognition.svelte.ts';
import { Talk } from './talk.ts';
import { Terms } from './terms.svelte.ts';
import { INITIAL_VIEW, isTalking, type ViewState } from './view-state.ts';
import { whenIdle } from './when-idle.ts';

type Signal = Extract<ViewMessage, { type: 'signal' }>;
type Message = Exclude<ViewMessage, Signal>;

/** One talk as it was begun. */
export interface Begun {
	/** Since 1970. */
	readonly startedAtMs: number;
	/** Null: Parley itself. */
	readonly character: Character | null;
	/** The page's. */
	readonly language: Language;
	/** What the history calls the talk that it goes on with. */
	readonly continues: string | null;
}

/** A talk of the history that is gone on with. */
export interface Continued {
	readonly id: string;
	/** Who answers from now on. */
	readonly character: Character | null;
	readonly earlier: readonly EarlierLine[];
}

class Conversing {
	#view = $state.raw(INITIAL_VIEW);
	/** The page is alive: before that a press would be lost. */
	#ready = $state(false);
	#begun: Begun | null = null;
	/** Who gives the next answer of the talk under way. */
	#partner: Character | null = $state.raw(null);
	/** What is to be said beside the status just now: what became of microphone or loudspeaker. */
	#notice: string | null = $state(null);
	#manners: (() => void) | null = null;
	/** The relay was away and is back, and nobody has pressed Start since. */
	#isBack = $state(false);
	readonly #hearers = new Set<(signal: Signal) => void>();
	readonly #followers = new Set<(message: Message, view: ViewState) => void>();

	readonly talk = new Talk({
		load: async () => (await import('../session/bridge.ts')).createConversation,
		onView: (next) => (this.#view = next),
		onSignal: (signal) => {
			for (const hear of this.#hearers) hear(signal);
		},
		onMessage: (message, view) => {
			for (const follow of this.#followers) follow(message, view);
		}
	});
	readonly recognition = new Recognition({
		onWords: (text) => this.talk.heardLocally(text),
		onActive: (active) => this.talk.setRecogniser(active)
	});
	readonly terms = new Terms({ view: () => this.#view, onRecording: (agreed) => this.talk.setRecording(agreed) });

	readonly #isAway = $derived.by(() => this.#view.failure === 'relay_away');
	readonly talking = $derived.by(() => isTalking(this.#view.phase));

	get view(): ViewState {
		return this.#view;
	}
	get ready(): boolean {
		return this.#ready;
	}

	get notice(): string | null {
		return this.#notice;
	}
	set notice(text) {
		this.#notice = text;
	}

	get isBack(): boolean {
		return this.#isBack;
	}

	/** Starts or stops: what the big button does. */
	press(): void {
		if (this.talking) this.talk.stop();
		else this.start();
	}

	/** What the last press of Start began. */
	get begun(): Begun | null {
		return this.#begun;
	}

	/** Who answers: in the talk under way from its next turn on, or in the next one. Null: Parley itself. */
	get partner(): Character | null {
		return this.talking ? this.#partner : chosen.now.character;
	}

	/** From the next turn on, and in the talks to come. */
	choose(character: Character | null): void {
		chosen.choose({ character });
		this.#partner = character;
		this.talk.setCharacter(character);
	}

	/** From a press, or the browser gives neither sound nor microphone. */
	start(from: Continued | null = null): void {
		if (this.talking) return;
		const { character } = from ?? chosen.now;
		const continues = from?.id ?? null;
		this.#isBack = false;
		this.#partner = character;
		this.#begun = { startedAtMs: Date.now(), character, language: words.language, continues };
		this.talk.start({
			language: words.language,
			...this.terms.brought(),
			...(character === null ? {} : { character }),
			...(from === null ? {} : { earlier: from.earlier })
		});
	}

	/** Ends the talk and leaves nothing of it in this page; the next one begins as the first. */
	forget(): void {
		this.talk.forget();
		this.#begun = null;
		this.#notice = null;
		void this.talk.prefetch();
	}

	/** Both voices as they sound, 25 times a second, while somebody wants them; the answer ends it. */
	hear(hearer: (signal: Signal) => void): () => void {
		this.#hearers.add(hearer);
		return () => void this.#hearers.delete(hearer);
	}

	/** Everything but the signal that the conversation says, and the view after it; the answer ends it. */
	follow(follower: (message: Message, view: ViewState) => void): () => void {
		this.#followers.add(follower);
		return () => void this.#followers.delete(follower);
	}

	/** Call it once, in the browser, from a component: it follows choices and language while that stands. */
	live(): () => void {
		this.#ready = true;
		const ends = [
			whenIdle(() => void this.talk.prefetch()),
			$effect.root(() => {
				$effect(() => {
					// The next talk's: one that goes on stays with its relay, and its code and leave with it.
					const { relay } = chosen.now;
					if (this.talking) return;
					talkTo(relay);
					this.terms.recall(relayOrigin());
				});
				$effect(() => this.talk.setPatience(chosen.now.patience));
				$effect(() => this.talk.setHoldToTalk(chosen.now.holdToTalk));
				$effect(() => this.talk.setDevices(devicesOf(chosen.now)));
				$effect(() => this.talk.setVolume(chosen.now.volume));
				$effect(() => this.talk.setSounds(chosen.now.sounds));
				$effect(() => {
					if (this.talking) void this.#mind();
				});
				$effect(() => {
					if (this.#isAway) return this.#watch();
					return undefined;
				});
				$effect(() => this.recognition.follow(this.#view, words.language));
			})
		];
		return () => {
			for (const end of ends) end();
			this.#manners?.();
			this.recognition.close();
			this.talk.close();
		};
	}

	/** Until the relay is back, which takes the failure back, or the answer is called. */
	#watch(): () => void {
		const watch = new RelayWatch({
			ask: async (signal) => (await askBuild(relayAddress(BUILD_PATH), signal)) !== null,
			later: (ms, callback) => {
				const timer = setTimeout(callback, ms);
				return () => clearTimeout(timer);
			},
			chance: Math.random,
			onBack: () => {
				this.talk.takeBack();
				this.#isBack = true;
			}
		});
		const look = (): void => {
			if (document.visibilityState === 'visible') watch.hurry();
		};
		window.addEventListener('online', look);
		document.addEventListener('visibilitychange', look);
		return () => {
			watch.close();
			window.removeEventListener('online', look);
			document.removeEventListener('visibilitychange', look);
		};
	}

	/** Loaded with the first talk: until then there is nothing to mind. */
	async #mind(): Promise<void> {
		try {
			const { mindManners } = await import('./manners/manners.svelte.ts');
			this.#manners ??= mindManners();
		} catch {
			// The server is away for a moment; the next talk asks again.
		}
	}
}

/** Fields alone: a change of anything else is none of the devices'. */
function devicesOf(now: Preferences): DeviceChoices {
	const { microphone, speaker, echoCancellation, noiseSuppression, autoGainControl } = now;
	return { microphone, speaker, echoCancellation, noiseSuppression, autoGainControl };
}

export const conversing = new Conversing();
