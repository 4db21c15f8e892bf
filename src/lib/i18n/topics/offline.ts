/** The words about the app as something one has: newer, installed, without a network. */
import type { Language } from '../languages.ts';

export interface OfflineMessages {
	readonly updateReady: string;
	readonly update: string;
	readonly later: string;
	readonly install: string;
	readonly installHint: string;
	/** Where the browser has no button for it: iPhone and iPad. */
	readonly installByHand: string;
}

const en: OfflineMessages = {
	updateReady: 'A new version of Parley is ready.',
	update: 'Use it now',
	later: 'Later',
	install: 'Install Parley',
	installHint: 'With an icon of its own, in a window of its own. It opens without a network too.',
	installByHand: 'To put Parley on your home screen: open the share menu, then “Add to Home Screen”.'
};

const fr: OfflineMessages = {
	updateReady: 'Une nouvelle version de Parley est prête.',
	update: 'L’utiliser maintenant',
	later: 'Plus tard',
	install: 'Installer Parley',
	installHint: 'Avec sa propre icône, dans sa propre fenêtre. Il s’ouvre aussi sans réseau.',
	installByHand:
		'Pour mettre Parley sur l’écran d’accueil\u00a0: ouvrez le menu de partage, puis «\u202fSur l’écran d’accueil\u202f».'
};

export const offlineWords: Readonly<Record<Language, OfflineMessages>> = { en, fr };
