/** The words of the status page, in every language. */
import type { ServiceName } from '../../session/relay-health.ts';
import type { Ability } from '../../ui/checks/abilities.ts';
import type { Language } from '../languages.ts';

export interface StatusMessages {
	readonly services: {
		readonly title: string;
		readonly asking: string;
		readonly offline: string;
		readonly away: string;
		readonly fine: string;
		readonly some: (names: string) => string;
		readonly names: Readonly<Record<ServiceName, string>>;
		readonly states: Readonly<Record<'up' | 'down' | 'none', string>>;
		readonly latency: (ms: number) => string;
		readonly instances: (up: number, of: number) => string;
		readonly slots: (free: number) => string;
	};
	readonly trial: {
		readonly title: string;
		readonly hint: string;
		readonly start: string;
		readonly again: string;
		readonly running: string;
		readonly names: Readonly<Record<'relay' | 'talk' | 'codec' | 'microphone' | 'loudspeaker', string>>;
		readonly waiting: string;
		readonly relay: (ms: number) => string;
		readonly relayAway: string;
		readonly talk: (ms: number) => string;
		readonly codec: (ms: number) => string;
		readonly codecAway: string;
		readonly speak: string;
		readonly heard: string;
		readonly silent: string;
		readonly played: string;
		readonly busy: string;
	};
	readonly abilities: {
		readonly title: string;
		readonly all: string;
		readonly names: Readonly<Record<Ability, string>>;
		readonly costs: Readonly<Record<Ability, string>>;
		readonly there: string;
		readonly no: string;
	};
	readonly versions: {
		readonly title: string;
		readonly app: string;
		readonly relay: string;
		readonly unknown: string;
		readonly same: string;
		readonly different: string;
	};
	readonly report: {
		readonly title: string;
		readonly hint: string;
		readonly copy: string;
		readonly copied: string;
		readonly notCopied: string;
		readonly text: string;
	};
}

export const statusWords: Readonly<Record<Language, StatusMessages>> = {
	en: {
		services: {
			title: 'Services',
			asking: 'Asking the server …',
			offline: 'This device is offline. What you see below works without a network; the rest is asked again by itself.',
			away: 'The server does not answer. Parley keeps asking while this page is open.',
			fine: 'All is well. You can talk.',
			some: (names) => `Not everything is there: ${names}. A talk goes on without what is missing, as far as it can.`,
			names: { stt: 'Listening', llm: 'Language model', tts: 'Voice', voice_cloning: 'Voices of your own' },
			states: { up: 'is there', down: 'is away', none: 'not offered here' },
			latency: (ms) => `${String(ms)} ms`,
			instances: (up, of) => `${String(up)} of ${String(of)} servers`,
			slots: (free) => (free === 1 ? '1 free place' : `${String(free)} free places`)
		},
		trial: {
			title: 'Try it out',
			hint: 'Sends a moment of sound through everything that is on this device, and asks the server how quick it is. Your voice stays here.',
			start: 'Begin',
			again: 'Once more',
			running: 'Trying …',
			names: {
				relay: 'Way to the server',
				talk: 'Opening a talk',
				codec: 'Packing the sound',
				microphone: 'Microphone',
				loudspeaker: 'Loudspeaker'
			},
			waiting: '…',
			relay: (ms) => `${String(ms)} ms there and back`,
			relayAway: 'No answer. See the connection in the settings.',
			talk: (ms) => `${String(ms)} ms`,
			codec: (ms) => `A second of sound takes ${String(ms)} ms, and comes out as it went in`,
			codecAway: 'Does not work here. Reload the page, or try a current browser.',
			speak: 'Say something …',
			heard: 'I heard you',
			silent: 'Nothing but silence. Is it muted, or is another one chosen?',
			played: 'You should have heard yourself. If not, turn it up or choose another one',
			busy: 'Parley is talking with you just now, so both work.'
		},
		abilities: {
			title: 'This browser',
			all: 'It has all that Parley can use.',
			names: {
				secure: 'A secure page',
				microphone: 'Microphone for pages',
				audioWorklet: 'Sound on a thread of its own',
				webAssembly: 'WebAssembly',
				worker: 'Workers',
				webSocket: 'WebSocket',
				database: 'A database',
				speakerChoice: 'Choice of the loudspeaker',
				wakeLock: 'Keeping the screen on',
				mediaSession: 'Headset buttons',
				recogniser: 'A recogniser of its own',
				serviceWorker: 'Working without a network',
				lasting: 'A promise to keep what is stored'
			},
			costs: {
				secure: 'Without it there is no microphone. Open the page over https.',
				microphone: 'You can be answered in writing only.',
				audioWorklet: 'No spoken talk; a current browser has it.',
				webAssembly: 'The sound cannot be packed; a current browser has it.',
				worker: 'No talk at all; a current browser has it.',
				webSocket: 'No way to the server; a current browser has it.',
				database: 'Talks and characters are not kept.',
				speakerChoice: 'Sound comes from wherever the system sends it.',
				wakeLock: 'The screen may go dark while you talk.',
				mediaSession: 'The buttons of a headset do nothing.',
				recogniser: 'Where the server cannot write down what you say, nobody does.',
				serviceWorker: 'Nothing opens without a network.',
				lasting: 'The browser may clear what is kept when room runs short.'
			},
			there: 'What is there',
			no: 'missing'
		},
		versions: {
			title: 'Versions',
			app: 'This page',
			relay: 'The relay',
			unknown: 'not known just now',
			same: 'Both are of the same version.',
			different: 'They are of different versions. Reload the page; if that does not help, ask whoever runs the server.'
		},
		report: {
			title: 'Report',
			hint: 'All of this page as text, to send to whoever helps you. No code, no address and no word that was said is in it.',
			copy: 'Copy the report',
			copied: 'Copied.',
			notCopied: 'The browser does not let it be copied. Select the text below.',
			text: 'The report'
		}
	},
	fr: {
		services: {
			title: 'Services',
			asking: 'J’interroge le serveur…',
			offline:
				'Cet appareil est hors ligne. Ce qui suit fonctionne sans réseau\u202f; le reste sera redemandé tout seul.',
			away: 'Le serveur ne répond pas. Parley continue à demander tant que cette page est ouverte.',
			fine: 'Tout va bien. Vous pouvez parler.',
			some: (names) => `Il manque quelque chose\u00a0: ${names}. La conversation continue sans, autant que possible.`,
			names: { stt: 'Écoute', llm: 'Modèle de langue', tts: 'Voix', voice_cloning: 'Voix à vous' },
			states: { up: 'est là', down: 'est absent', none: 'pas proposé ici' },
			latency: (ms) => `${String(ms)}\u00a0ms`,
			instances: (up, of) => `${String(up)} serveurs sur ${String(of)}`,
			slots: (free) => (free === 1 ? '1 place libre' : `${String(free)} places libres`)
		},
		trial: {
			title: 'Essai',
			hint: 'Fait passer un instant de son par tout ce qui est sur cet appareil, et mesure le chemin vers le serveur. Votre voix reste ici.',
			start: 'Commencer',
			again: 'Encore une fois',
			running: 'J’essaie…',
			names: {
				relay: 'Chemin vers le serveur',
				talk: 'Ouverture d’une conversation',
				codec: 'Mise en paquets du son',
				microphone: 'Micro',
				loudspeaker: 'Haut-parleur'
			},
			waiting: '…',
			relay: (ms) => `${String(ms)}\u00a0ms aller et retour`,
			relayAway: 'Pas de réponse. Voyez la connexion dans les réglages.',
			talk: (ms) => `${String(ms)}\u00a0ms`,
			codec: (ms) => `Une seconde de son prend ${String(ms)}\u00a0ms, et ressort comme elle est entrée`,
			codecAway: 'Ne fonctionne pas ici. Rechargez la page, ou essayez un navigateur récent.',
			speak: 'Dites quelque chose…',
			heard: 'Je vous ai entendu',
			silent: 'Rien que du silence. Est-il coupé, ou un autre est-il choisi\u202f?',
			played: 'Vous auriez dû vous entendre. Sinon, montez le son ou choisissez-en un autre',
			busy: 'Parley parle avec vous en ce moment, donc les deux fonctionnent.'
		},
		abilities: {
			title: 'Ce navigateur',
			all: 'Il a tout ce dont Parley peut se servir.',
			names: {
				secure: 'Une page sécurisée',
				microphone: 'Un micro pour les pages',
				audioWorklet: 'Le son dans un fil à part',
				webAssembly: 'WebAssembly',
				worker: 'Fils de travail',
				webSocket: 'WebSocket',
				database: 'Une base de données',
				speakerChoice: 'Le choix du haut-parleur',
				wakeLock: 'Garder l’écran allumé',
				mediaSession: 'Les boutons du casque',
				recogniser: 'Sa propre transcription',
				serviceWorker: 'Fonctionner sans réseau',
				lasting: 'La promesse de tout garder'
			},
			costs: {
				secure: 'Sans cela, pas de micro. Ouvrez la page en https.',
				microphone: 'On ne peut vous répondre que par écrit.',
				audioWorklet: 'Pas de conversation parlée\u202f; un navigateur récent l’a.',
				webAssembly: 'Le son ne peut être mis en paquets\u202f; un navigateur récent l’a.',
				worker: 'Pas de conversation du tout\u202f; un navigateur récent les a.',
				webSocket: 'Pas de chemin vers le serveur\u202f; un navigateur récent l’a.',
				database: 'Conversations et personnages ne sont pas gardés.',
				speakerChoice: 'Le son sort là où le système l’envoie.',
				wakeLock: 'L’écran peut s’éteindre pendant que vous parlez.',
				mediaSession: 'Les boutons d’un casque ne font rien.',
				recogniser: 'Là où le serveur ne transcrit pas ce que vous dites, personne ne le fait.',
				serviceWorker: 'Rien ne s’ouvre sans réseau.',
				lasting: 'Le navigateur peut tout effacer si la place vient à manquer.'
			},
			there: 'Ce qui est là',
			no: 'absent'
		},
		versions: {
			title: 'Versions',
			app: 'Cette page',
			relay: 'Le relais',
			unknown: 'inconnue pour le moment',
			same: 'Les deux sont de la même version.',
			different:
				'Elles sont différentes. Rechargez la page\u202f; si cela ne suffit pas, demandez à la personne qui gère le serveur.'
		},
		report: {
			title: 'Rapport',
			hint: 'Toute cette page en texte, à envoyer à qui vous aide. Il n’y a dedans ni code, ni adresse, ni rien de ce qui a été dit.',
			copy: 'Copier le rapport',
			copied: 'Copié.',
			notCopied: 'Le navigateur ne le laisse pas copier. Sélectionnez le texte ci-dessous.',
			text: 'Le rapport'
		}
	}
};
