/** The words of the settings page, in every language. */
import type { Verdict } from '../../session/relay-check.ts';
import type { Motion, Theme } from '../../ui/preferences.ts';
import type { Language } from '../languages.ts';

export interface SettingsMessages {
	readonly talk: {
		readonly title: string;
		readonly captions: string;
		readonly captionsHint: string;
		readonly sounds: string;
		readonly soundsHint: string;
		readonly change: string;
	};
	readonly sound: { readonly title: string; readonly away: string };
	readonly look: {
		readonly title: string;
		readonly theme: string;
		readonly themes: Readonly<Record<Theme, string>>;
		readonly motion: string;
		readonly motions: Readonly<Record<Motion, string>>;
	};
	readonly keys: {
		readonly title: string;
		readonly letters: string;
		readonly lettersHint: string;
		readonly list: string;
		readonly names: { readonly space: string; readonly enter: string; readonly escape: string };
		readonly does: Readonly<Record<'start' | 'stop' | 'hold' | 'captions' | 'mute' | 'finish' | 'go' | 'dev', string>>;
		readonly dev: string;
		readonly devHint: string;
	};
	readonly connection: {
		readonly title: string;
		readonly which: string;
		readonly own: string;
		readonly other: string;
		readonly address: string;
		readonly addressHint: string;
		readonly use: string;
		readonly notAnAddress: string;
		readonly nextTalk: string;
		readonly code: string;
		readonly codeHint: (relay: string) => string;
		readonly keep: string;
		readonly keptNow: string;
		readonly test: string;
		readonly testing: string;
		readonly verdicts: Readonly<Record<Verdict, string>>;
		readonly took: (ms: number) => string;
	};
	readonly privacy: {
		readonly title: string;
		readonly private: string;
		readonly privateHint: string;
		readonly noRecording: string;
		readonly where: string;
		readonly places: readonly { readonly what: string; readonly where: string }[];
	};
	readonly data: {
		readonly title: string;
		readonly history: string;
		readonly used: (size: string) => string;
		readonly unknown: string;
		readonly lasting: string;
		readonly passing: string;
		readonly forget: string;
		readonly forgetHint: string;
		readonly question: string;
		readonly yes: string;
		readonly no: string;
		readonly forgetting: string;
		readonly failed: string;
	};
}

export const settingsWords: Readonly<Record<Language, SettingsMessages>> = {
	en: {
		talk: {
			title: 'Talk',
			captions: 'Captions',
			captionsHint: 'What is said can be read while it sounds.',
			sounds: 'Ticks',
			soundsHint: 'A soft tick when Parley begins to listen, and when it stops.',
			change: 'Choose who answers'
		},
		sound: { title: 'Sound', away: 'This part could not be loaded just now. Reload the page to try once more.' },
		look: {
			title: 'Look',
			theme: 'Theme',
			themes: { dark: 'Dark', light: 'Paper', contrast: 'High contrast' },
			motion: 'Motion',
			motions: { system: 'As this device has it', calm: 'Calm: nothing travels', full: 'Full' }
		},
		keys: {
			title: 'Keys',
			letters: 'Single letters do something',
			lettersHint:
				'Switch them off if you dictate, or if something may lean on the keyboard. Esc, Enter and Space stay.',
			list: 'Keys while we talk',
			names: { space: 'Space', enter: 'Enter', escape: 'Esc' },
			does: {
				start: 'Presses the big button, when it has the focus',
				stop: 'Closes what is open; otherwise stops the talk',
				hold: 'Held down, opens the microphone, where you hold to talk',
				captions: 'Hides the captions, and shows them again',
				mute: 'Mutes the microphone, and opens it again',
				finish: 'Let me finish: no pause ends your turn',
				go: 'Go on: your turn is over',
				dev: 'Looks under the hood, and no longer'
			},
			dev: 'Look under the hood',
			devHint:
				'Below a talk, shows what its turns, its sound and its connection are doing. For those who run or build Parley.'
		},
		connection: {
			title: 'Connection',
			which: 'Where your talks go through',
			own: 'The server that this page came from',
			other: 'Another Parley relay',
			address: 'Its address',
			addressHint: 'Its name will do, such as talk.example. Whoever runs it must allow pages from here.',
			use: 'Use it',
			notAnAddress: 'That is no address of a server. Its name will do, such as talk.example.',
			nextTalk: 'This talk stays where it is; the next one goes there.',
			code: 'Access code',
			codeHint: (relay) => `Only ${relay} is ever given it. Leave it empty where none is asked for.`,
			keep: 'Keep',
			keptNow: 'The code is kept on this device.',
			test: 'Test it',
			testing: 'Asking …',
			verdicts: {
				fine: 'All is well. It answers and lets you in.',
				insecure: 'Parley sends your voice only over an encrypted connection. Give it an address with https.',
				away: 'Nobody answers there. Check the address and your connection, then test it again.',
				refused: 'A relay answers, but it takes no pages from here. Whoever runs it can add this page’s address.',
				not_relay: 'Somebody answers there, but it is not a relay of Parley. Check the address.',
				no_socket:
					'The relay answers, but no talk gets through. It may refuse this page, or a proxy between may be in the way.',
				code_needed: 'It asks for an access code. Enter yours above, then test it again.',
				code_wrong: 'It does not accept this access code. See whether a letter is missing.',
				busy: 'It is there, but has no place just now. Test it again in a moment.',
				other_version: 'It speaks another version than this page. Reload the page, or ask whoever runs it.'
			},
			took: (ms) => `A talk opens there in ${String(ms)} ms.`
		},
		privacy: {
			title: 'Privacy',
			private: 'Private',
			privateHint: 'Nothing of a talk is stored on this device.',
			noRecording: 'The server has not asked to record you. If it ever does, you decide.',
			where: 'What is stored, and where',
			places: [
				{ what: 'Your talks', where: 'On this device, unless you are private. Not on the server.' },
				{
					what: 'Your voice',
					where:
						'Nowhere, unless you keep the sound of talks: then on this device. It goes to the server while we talk, and is not kept there.'
				},
				{
					what: 'A voice that you bring',
					where:
						'On the server, for an hour or until you delete it. Its recording is not kept. This device keeps its name.'
				},
				{ what: 'Settings and characters of yours', where: 'On this device.' },
				{ what: 'Access codes', where: 'On this device, and told only to the server they are for.' },
				{
					what: 'What the language model reads',
					where: 'This talk, sent along with each turn. What its maker keeps, whoever runs the server knows.'
				}
			]
		},
		data: {
			title: 'Data',
			history: 'See, export or delete your talks',
			used: (size) => `Parley takes ${size} on this device.`,
			unknown: 'This browser does not say how much room Parley takes.',
			lasting: 'The browser has promised to keep it.',
			passing: 'The browser may clear it when room runs short.',
			forget: 'Forget everything on this device',
			forgetHint: 'Talks, characters, settings and access codes go for good. A talk that is going on ends.',
			question: 'Really forget everything? It cannot be undone.',
			yes: 'Forget everything',
			no: 'Keep it',
			forgetting: 'Forgetting …',
			failed:
				'Not everything could be forgotten. Close other tabs of Parley, then try once more, or clear the site’s data in the browser.'
		}
	},
	fr: {
		talk: {
			title: 'Parler',
			captions: 'Sous-titres',
			captionsHint: 'Ce qui se dit peut se lire en même temps.',
			sounds: 'Signaux sonores',
			soundsHint: 'Un petit son quand Parley se met à écouter, et quand il arrête.',
			change: 'Choisir qui répond'
		},
		sound: { title: 'Son', away: 'Cette partie n’a pas pu être chargée. Rechargez la page pour réessayer.' },
		look: {
			title: 'Apparence',
			theme: 'Thème',
			themes: { dark: 'Sombre', light: 'Papier', contrast: 'Contraste élevé' },
			motion: 'Mouvement',
			motions: { system: 'Comme sur cet appareil', calm: 'Calme\u00a0: rien ne se déplace', full: 'Complet' }
		},
		keys: {
			title: 'Clavier',
			letters: 'Les lettres seules agissent',
			lettersHint:
				'Désactivez-les si vous dictez, ou si quelque chose peut appuyer sur le clavier. Échap, Entrée et Espace restent.',
			list: 'Touches pendant la conversation',
			names: { space: 'Espace', enter: 'Entrée', escape: 'Échap' },
			does: {
				start: 'Appuie sur le grand bouton, quand il est sélectionné',
				stop: 'Ferme ce qui est ouvert\u202f; sinon, arrête la conversation',
				hold: 'Maintenue, ouvre le micro, si vous maintenez pour parler',
				captions: 'Masque les sous-titres, et les affiche de nouveau',
				mute: 'Coupe le micro, et le rouvre',
				finish: 'Laissez-moi finir\u00a0: aucune pause ne clôt votre tour',
				go: 'Allez-y\u00a0: votre tour est fini',
				dev: 'Montre ce qui se passe sous le capot, ou le cache'
			},
			dev: 'Regarder sous le capot',
			devHint:
				'Montre, sous la conversation, ce que font ses tours de parole, son et connexion. Pour qui fait tourner ou construit Parley.'
		},
		connection: {
			title: 'Connexion',
			which: 'Par où passent vos conversations',
			own: 'Le serveur d’où vient cette page',
			other: 'Un autre relais Parley',
			address: 'Son adresse',
			addressHint: 'Un nom suffit, comme talk.example. La personne qui le gère doit autoriser les pages d’ici.',
			use: 'L’utiliser',
			notAnAddress: 'Ce n’est pas l’adresse d’un serveur. Un nom suffit, comme talk.example.',
			nextTalk: 'Cette conversation reste où elle est\u202f; la prochaine passera par là.',
			code: 'Code d’accès',
			codeHint: (relay) => `Il n’est donné qu’à ${relay}. Laissez vide si aucun n’est demandé.`,
			keep: 'Garder',
			keptNow: 'Le code est gardé sur cet appareil.',
			test: 'Essayer',
			testing: 'J’interroge le relais…',
			verdicts: {
				fine: 'Tout va bien. Il répond et vous laisse entrer.',
				insecure: 'Parley n’envoie votre voix que par une connexion chiffrée. Donnez une adresse en https.',
				away: 'Personne ne répond à cette adresse. Vérifiez-la, ainsi que votre connexion, puis réessayez.',
				refused:
					'Un relais répond, mais il n’accepte pas les pages d’ici. La personne qui le gère peut ajouter l’adresse de cette page.',
				not_relay: 'Quelqu’un répond, mais ce n’est pas un relais Parley. Vérifiez l’adresse.',
				no_socket:
					'Le relais répond, mais aucune conversation ne passe. Il refuse peut-être cette page, ou un intermédiaire fait obstacle.',
				code_needed: 'Il demande un code d’accès. Saisissez le vôtre ci-dessus, puis réessayez.',
				code_wrong: 'Il n’accepte pas ce code d’accès. Voyez s’il manque une lettre.',
				busy: 'Il est là, mais n’a pas de place pour le moment. Réessayez dans un instant.',
				other_version: 'Il parle une autre version que cette page. Rechargez-la, ou demandez à la personne qui le gère.'
			},
			took: (ms) => `Une conversation s’y ouvre en ${String(ms)}\u00a0ms.`
		},
		privacy: {
			title: 'Vie privée',
			private: 'Privé',
			privateHint: 'Rien d’une conversation n’est conservé sur cet appareil.',
			noRecording: 'Le serveur n’a pas demandé à vous enregistrer. S’il le fait un jour, c’est vous qui décidez.',
			where: 'Ce qui est conservé, et où',
			places: [
				{ what: 'Vos conversations', where: 'Sur cet appareil, sauf en mode privé. Pas sur le serveur.' },
				{
					what: 'Votre voix',
					where:
						'Nulle part, sauf si vous gardez le son des conversations\u202f; alors sur cet appareil. Elle va au serveur pendant que nous parlons, et n’y est pas gardée.'
				},
				{
					what: 'Une voix que vous apportez',
					where:
						'Sur le serveur, une heure ou jusqu’à ce que vous la supprimiez. L’enregistrement n’est pas gardé. Cet appareil garde son nom.'
				},
				{ what: 'Vos réglages et vos personnages', where: 'Sur cet appareil.' },
				{ what: 'Les codes d’accès', where: 'Sur cet appareil, et donnés au seul serveur auquel ils servent.' },
				{
					what: 'Ce que lit le modèle de langue',
					where:
						'Cette conversation, envoyée à chaque tour. Ce qu’en garde son fabricant, la personne qui gère le serveur le sait.'
				}
			]
		},
		data: {
			title: 'Données',
			history: 'Voir, exporter ou supprimer vos conversations',
			used: (size) => `Parley occupe ${size} sur cet appareil.`,
			unknown: 'Ce navigateur ne dit pas quelle place occupe Parley.',
			lasting: 'Le navigateur a promis de tout garder.',
			passing: 'Le navigateur peut tout effacer si la place vient à manquer.',
			forget: 'Tout oublier sur cet appareil',
			forgetHint:
				'Conversations, personnages, réglages et codes d’accès disparaissent pour de bon. Une conversation en cours s’arrête.',
			question: 'Vraiment tout oublier\u202f? C’est sans retour.',
			yes: 'Tout oublier',
			no: 'Garder',
			forgetting: 'J’oublie…',
			failed:
				'Tout n’a pas pu être oublié. Fermez les autres onglets de Parley et réessayez, ou effacez les données du site dans le navigateur.'
		}
	}
};
