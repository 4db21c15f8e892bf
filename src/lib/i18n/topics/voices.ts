/** The words for a voice of one's own, in every language. */
import type { MicrophoneFault } from '../../ui/voices/recorder.ts';
import type { SampleFault } from '../../ui/voices/sample.ts';
import type { UploadFault } from '../../ui/voices/upload.ts';
import type { Language } from '../languages.ts';

export interface VoicesMessages {
	readonly title: string;
	readonly what: string;
	readonly consent: string;
	readonly record: string;
	readonly again: string;
	readonly file: string;
	readonly stop: string;
	readonly cancel: string;
	readonly level: string;
	readonly speak: string;
	readonly asking: string;
	readonly unpacking: string;
	readonly ready: (seconds: number) => string;
	readonly label: string;
	readonly usualLabel: (number: number) => string;
	readonly make: string;
	readonly sending: (percent: number) => string;
	readonly making: string;
	readonly made: (label: string) => string;
	readonly kept: string;
	readonly until: (time: string) => string;
	readonly none: string;
	readonly over: string;
	readonly listen: (label: string) => string;
	readonly forNow: string;
	readonly forOne: string;
	readonly usedNow: (label: string) => string;
	readonly asTheyAre: string;
	readonly delete: (label: string) => string;
	readonly deleted: (label: string) => string;
	readonly deletedHere: (label: string) => string;
	readonly talking: string;
	readonly serverAway: string;
	readonly back: string;
	readonly tooBigFile: (megabytes: number) => string;
	readonly noSound: string;
	readonly samples: Readonly<Record<SampleFault, string>>;
	readonly microphones: Readonly<Record<MicrophoneFault, string>>;
	readonly uploads: Readonly<Record<UploadFault, string>>;
	readonly retryIn: (seconds: number) => string;
}

export const voicesWords: Readonly<Record<Language, VoicesMessages>> = {
	en: {
		title: 'A voice of your own',
		what: 'Parley can speak in a voice that you bring: ten seconds of clear speech are enough. They are sent to this server, which keeps the voice for an hour and the recording not at all.',
		consent: 'It is my own voice, or its owner has agreed.',
		record: 'Record ten seconds',
		again: 'Record again',
		file: 'Take a sound file',
		stop: 'Done',
		cancel: 'Cancel',
		level: 'How loud you are',
		speak: 'Speak now, as you would to a friend. Read something aloud if nothing comes to mind.',
		asking: 'The browser asks for the microphone.',
		unpacking: 'Listening to it …',
		ready: (seconds) => `There are ${String(seconds)} seconds of speech. That will do.`,
		label: 'What to call it',
		usualLabel: (number) => (number === 1 ? 'My voice' : `My voice ${String(number)}`),
		make: 'Make the voice',
		sending: (percent) => `Sending: ${String(percent)} %`,
		making: 'The server makes the voice …',
		made: (label) => `“${label}” is ready. It is kept for an hour.`,
		kept: 'Your voices',
		until: (time) => `kept until ${time}`,
		none: 'There is none yet, or their hour is over.',
		over: 'A voice whose hour is over',
		listen: (label) => `Listen to “${label}”`,
		forNow: 'The one you choose speaks for now, whoever answers.',
		forOne: 'The one you choose is this character’s.',
		usedNow: (label) => `“${label}” speaks for now, from the next answer on.`,
		asTheyAre: 'Everybody in their own voice again',
		delete: (label) => `Delete “${label}”`,
		deleted: (label) => `“${label}” is deleted, here and on the server.`,
		deletedHere: (label) =>
			`“${label}” is deleted here. The server did not answer; there it goes by itself within the hour.`,
		talking: 'You can make and hear voices once this talk is over.',
		serverAway: 'The server that makes voices is away at the moment. Try again in a while.',
		back: 'Back',
		tooBigFile: (megabytes) =>
			`This file is too big: ${String(megabytes)} MB are the most. Ten seconds of it are enough.`,
		noSound: 'This is no sound that this browser can read. Try a WAV, MP3, M4A or Ogg file.',
		samples: {
			silent: 'There is nothing to hear in it. Is the microphone muted, or is another one chosen?',
			short: 'There is too little speech in it. Three seconds at the least, ten at best.'
		},
		microphones: {
			refused: 'The browser may not use the microphone. Allow it beside the address, or take a file.',
			missing: 'No microphone is plugged in. Plug one in, or take a file.',
			busy: 'Another program has the microphone. Close it there, or take a file.',
			impossible: 'This browser cannot record. Take a file.'
		},
		uploads: {
			too_big: 'The server finds the recording too big. Take a shorter one.',
			no_recording: 'The server does not take this for a recording. Record again, or take another file.',
			no_voice: 'No voice could be made of it. Try again: one person, close to the microphone, in a quiet room.',
			busy: 'The server makes too many voices at the moment. Your recording is still here; try again.',
			broken: 'The server could not make the voice. Whoever runs it has to look. Your recording is still here.',
			not_here: 'This server makes no voices any more.',
			code: 'The server asks for an access code, or for another one. See the settings.',
			away: 'The server does not answer. Your recording is still here; try again when you are back online.'
		},
		retryIn: (seconds) => (seconds === 1 ? 'In 1 second.' : `In ${String(seconds)} seconds.`)
	},
	fr: {
		title: 'Une voix à vous',
		what: 'Parley peut parler avec une voix que vous apportez\u00a0: dix secondes de parole claire suffisent. Elles sont envoyées à ce serveur, qui garde la voix une heure et ne garde pas l’enregistrement.',
		consent: 'C’est ma propre voix, ou la personne à qui elle appartient est d’accord.',
		record: 'Enregistrer dix secondes',
		again: 'Enregistrer de nouveau',
		file: 'Prendre un fichier son',
		stop: 'Terminé',
		cancel: 'Annuler',
		level: 'À quel point on vous entend',
		speak: 'Parlez maintenant, comme à un ami. Lisez quelque chose à voix haute si rien ne vient.',
		asking: 'Le navigateur demande le micro.',
		unpacking: 'J’écoute…',
		ready: (seconds) => `Il y a ${String(seconds)} secondes de parole. Cela suffit.`,
		label: 'Comment l’appeler',
		usualLabel: (number) => (number === 1 ? 'Ma voix' : `Ma voix ${String(number)}`),
		make: 'Créer la voix',
		sending: (percent) => `Envoi\u00a0: ${String(percent)}\u00a0%`,
		making: 'Le serveur crée la voix…',
		made: (label) => `«\u202f${label}\u202f» est prête. Elle est gardée une heure.`,
		kept: 'Vos voix',
		until: (time) => `gardée jusqu’à ${time}`,
		none: 'Il n’y en a pas encore, ou leur heure est passée.',
		over: 'Une voix dont l’heure est passée',
		listen: (label) => `Écouter «\u202f${label}\u202f»`,
		forNow: 'Celle que vous choisissez parle pour l’instant, quelle que soit la personne qui répond.',
		forOne: 'Celle que vous choisissez est celle de ce personnage.',
		usedNow: (label) => `«\u202f${label}\u202f» parle pour l’instant, dès la prochaine réponse.`,
		asTheyAre: 'Rendre à chacun sa voix',
		delete: (label) => `Supprimer «\u202f${label}\u202f»`,
		deleted: (label) => `«\u202f${label}\u202f» est supprimée, ici et sur le serveur.`,
		deletedHere: (label) =>
			`«\u202f${label}\u202f» est supprimée ici. Le serveur n’a pas répondu\u202f; là-bas, elle disparaît d’elle-même dans l’heure.`,
		talking: 'Vous pourrez créer et écouter des voix quand cette conversation sera finie.',
		serverAway: 'Le serveur qui crée les voix est absent pour le moment. Réessayez un peu plus tard.',
		back: 'Retour',
		tooBigFile: (megabytes) =>
			`Ce fichier est trop gros\u00a0: ${String(megabytes)}\u00a0Mo au plus. Dix secondes suffisent.`,
		noSound: 'Ce n’est pas un son que ce navigateur sait lire. Essayez un fichier WAV, MP3, M4A ou Ogg.',
		samples: {
			silent: 'On n’y entend rien. Le micro est-il coupé, ou un autre est-il choisi\u202f?',
			short: 'Il y a trop peu de parole. Trois secondes au moins, dix au mieux.'
		},
		microphones: {
			refused:
				'Le navigateur n’a pas le droit d’utiliser le micro. Autorisez-le à côté de l’adresse, ou prenez un fichier.',
			missing: 'Aucun micro n’est branché. Branchez-en un, ou prenez un fichier.',
			busy: 'Un autre programme tient le micro. Fermez-le, ou prenez un fichier.',
			impossible: 'Ce navigateur ne peut pas enregistrer. Prenez un fichier.'
		},
		uploads: {
			too_big: 'Le serveur trouve l’enregistrement trop gros. Prenez-en un plus court.',
			no_recording: 'Le serveur n’y voit pas un enregistrement. Recommencez, ou prenez un autre fichier.',
			no_voice:
				'Aucune voix n’a pu en être tirée. Réessayez\u00a0: une seule personne, près du micro, dans une pièce calme.',
			busy: 'Le serveur crée trop de voix en ce moment. Votre enregistrement est toujours là\u202f; réessayez.',
			broken:
				'Le serveur n’a pas pu créer la voix. La personne qui le gère doit regarder. Votre enregistrement est toujours là.',
			not_here: 'Ce serveur ne crée plus de voix.',
			code: 'Le serveur demande un code d’accès, ou un autre. Voyez les réglages.',
			away: 'Le serveur ne répond pas. Votre enregistrement est toujours là\u202f; réessayez quand vous serez en ligne.'
		},
		retryIn: (seconds) => (seconds === 1 ? 'Dans 1 seconde.' : `Dans ${String(seconds)} secondes.`)
	}
};
