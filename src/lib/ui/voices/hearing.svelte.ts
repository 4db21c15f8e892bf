/** Which voice is heard just now, of all that may be: one at a time. The code that asks for it comes with the first press. */
import { mainLanguage, type CharacterLanguage } from '../../chat/characters/language.ts';
import { peopleWords } from '../../i18n/topics/people.ts';
import { conversing } from '../conversing.svelte.ts';
import { chosen } from '../preferences.svelte.ts';
import type { VoicePreview } from './preview.ts';

export interface Heard {
	/** Tells it from the others on the same page. */
	readonly key: string;
	/** As it calls itself. */
	readonly name: string;
	readonly voice: string | null;
	readonly language: CharacterLanguage;
}

export class Hearing {
	#key: string | null = $state(null);
	#isSounding = $state(false);
	#hasFailed = $state(false);
	#preview: VoicePreview | null = null;

	/** Whose voice was asked for, until it has been heard. */
	get key(): string | null {
		return this.#key;
	}
	get isSounding(): boolean {
		return this.#isSounding;
	}
	/** The last one could not be heard. */
	get hasFailed(): boolean {
		return this.#hasFailed;
	}

	/** From a press: this one instead of another, or, where it is heard already, silence. */
	async toggle({ key, name, voice, language: languages }: Heard): Promise<void> {
		const isHeard = key === this.#key;
		this.close();
		if (isHeard) return;
		this.#key = key;
		const language = mainLanguage(languages);
		// In the press itself: Safari counts no later one.
		const context = new AudioContext();
		void context.resume().catch(() => undefined);
		try {
			const { VoicePreview } = await import('./preview.ts');
			if (this.#key !== key) {
				void context.close();
				return;
			}
			const { volume, speaker } = chosen.now;
			this.#preview = new VoicePreview(context, {
				...{ voice, language, volume, speaker },
				text: peopleWords[language].sample(name),
				token: conversing.terms.brought().token ?? null,
				onState: (state) => {
					this.#isSounding = state === 'sounding';
					if (state !== 'over' && state !== 'failed') return;
					this.#key = null;
					this.#hasFailed = state === 'failed';
				}
			});
		} catch {
			void context.close();
			if (this.#key !== key) return;
			this.close();
			this.#hasFailed = true;
		}
	}

	/** Silence. */
	close(): void {
		this.#preview?.close();
		this.#preview = null;
		this.#key = null;
		this.#isSounding = false;
		this.#hasFailed = false;
	}
}
