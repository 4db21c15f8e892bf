/** The words about the sound of a talk that is kept on this device, in every language. */
import type { SoundTrouble } from '../../sound/writer.ts';
import type { Language } from '../languages.ts';

export interface SoundMessages {
	readonly kept: string;
	readonly title: string;
	readonly part: (when: string, length: string) => string;
	readonly audio: (size: string) => string;
	readonly video: string;
	readonly delete: string;
	readonly deleted: string;
	readonly undo: string;
	readonly notRestored: string;
	readonly making: (percent: number) => string;
	readonly waits: string;
	readonly cancel: string;
	readonly made: string;
	readonly failed: string;
	readonly noVideo: string;
	readonly gone: string;
	readonly switch: string;
	readonly switchHint: string;
	readonly switchPrivate: string;
	readonly troubles: Readonly<Record<SoundTrouble, string>>;
}

export const soundWords: Record<Language, SoundMessages> = {
	en: {
		kept: 'The sound of this talk is kept on this device.',
		title: 'The sound',
		part: (when, length) => `${when}, ${length}`,
		audio: (size) => `Download the audio (${size})`,
		video: 'Make a video',
		delete: 'Delete the sound',
		deleted: 'The sound is deleted.',
		undo: 'Undo',
		notRestored: 'It could not be put back: this browser has no room for it.',
		making: (percent) => `Making the video: ${String(percent)} %. Keep this page open.`,
		waits: 'The video waits until you have finished talking.',
		cancel: 'Stop making it',
		made: 'The video is among your downloads.',
		failed: 'The video did not come about: this browser gave up on it. The audio is still here.',
		noVideo: 'This browser cannot make videos. A newer one can.',
		gone: 'The sound is not here any more.',
		switch: 'Keep the sound of talks',
		switchHint: 'Both voices, on this device alone, to download as audio or as a video. About 25 MB an hour.',
		switchPrivate: 'In private nothing is kept, the sound neither.',
		troubles: {
			full: 'This device has no room left: from here on the sound is not kept. The talk goes on.',
			unavailable: 'The sound of this talk cannot be kept in this browser. The talk goes on.',
			long: 'Six hours of sound are kept, and no more. The talk goes on.'
		}
	},
	fr: {
		kept: 'Le son de cette conversation est gardé sur cet appareil.',
		title: 'Le son',
		part: (when, length) => `${when}, ${length}`,
		audio: (size) => `Télécharger le son (${size})`,
		video: 'En faire une vidéo',
		delete: 'Supprimer le son',
		deleted: 'Le son est supprimé.',
		undo: 'Annuler',
		notRestored: 'Impossible de le remettre\u202f; ce navigateur n’a plus de place pour lui.',
		making: (percent) => `Vidéo en préparation\u00a0: ${String(percent)} %. Gardez cette page ouverte.`,
		waits: 'La vidéo attend la fin de votre conversation.',
		cancel: 'Arrêter',
		made: 'La vidéo est dans vos téléchargements.',
		failed: 'La vidéo n’a pas pu se faire\u202f; ce navigateur a renoncé. Le son est toujours là.',
		noVideo: 'Ce navigateur ne sait pas faire de vidéos. Un plus récent le sait.',
		gone: 'Le son n’est plus là.',
		switch: 'Garder le son des conversations',
		switchHint:
			'Les deux voix, sur cet appareil seulement, à télécharger en audio ou en vidéo. Environ 25 Mo par heure.',
		switchPrivate: 'En privé, rien n’est gardé, le son non plus.',
		troubles: {
			full: 'Cet appareil n’a plus de place\u202f; désormais le son n’est plus gardé. La conversation continue.',
			unavailable: 'Ce navigateur ne peut pas garder le son de cette conversation. La conversation continue.',
			long: 'Six heures de son sont gardées, pas plus. La conversation continue.'
		}
	}
};
