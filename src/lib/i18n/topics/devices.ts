/** The words about microphone and loudspeaker: their choice, the check, and what becomes of them in mid-talk. */
import type { Lack, Swap } from '../../session/devices.ts';
import type { CheckFailure } from '../../ui/devices/microphone-check.ts';
import type { Loudness } from '../../ui/devices/loudness.ts';
import type { Language } from '../languages.ts';

export interface DevicesMessages {
	readonly microphone: string;
	readonly speaker: string;
	readonly system: string;
	readonly nth: Readonly<Record<Swap['device'], (number: number) => string>>;
	readonly away: string;
	readonly unnamed: string;
	readonly volume: string;
	readonly volumeIs: (percent: number) => string;
	readonly echoCancellation: string;
	readonly echoHint: string;
	readonly noiseSuppression: string;
	readonly autoGainControl: string;
	readonly check: {
		readonly title: string;
		readonly start: string;
		readonly stop: string;
		readonly level: string;
		readonly hear: string;
		readonly asking: string;
		readonly recording: string;
		readonly playing: string;
		readonly said: Readonly<Record<Loudness, string>>;
		readonly failures: Readonly<Record<CheckFailure, string>>;
	};
	readonly lacks: Readonly<Record<Lack, string>>;
	readonly swaps: Readonly<Record<Swap['device'], Readonly<Record<Swap['why'], (label: string) => string>>>>;
}

/** The label where there is one, as a sentence of its own. */
const named = (sentence: string, label: string): string => (label === '' ? sentence : `${sentence} ${label}.`);

const en: DevicesMessages = {
	microphone: 'Microphone',
	speaker: 'Loudspeaker',
	system: 'As the system has it',
	nth: {
		microphone: (number) => `Microphone ${String(number)}`,
		speaker: (number) => `Loudspeaker ${String(number)}`
	},
	away: 'The one you chose is not plugged in',
	unnamed: 'Your browser names them once you allow the microphone: check it here, or start talking.',
	volume: 'Volume of the voice',
	volumeIs: (percent) => `${String(percent)} percent`,
	echoCancellation: 'Cancel echo',
	echoHint: 'Off only with headphones: Parley would hear itself.',
	noiseSuppression: 'Suppress noise',
	autoGainControl: 'Even out loudness',
	check: {
		title: 'Try the microphone',
		start: 'Check the microphone',
		stop: 'That will do',
		level: 'How loud you are',
		hear: 'Hear yourself',
		asking: 'Your browser asks for the microphone. Choose Allow.',
		recording: 'Speak: three seconds are kept, here and nowhere else.',
		playing: 'This is how you sound.',
		said: {
			waiting: 'Say a few words.',
			silent: 'Nothing is to be heard. Is the microphone muted, or another one meant?',
			quiet: 'That is too quiet. Come closer, or turn the microphone up.',
			good: 'Good: I hear you well.',
			loud: 'That is too loud. Step back a little, or turn the microphone down.'
		},
		failures: {
			refused: 'The microphone is blocked. Allow it beside the address bar, then check again.',
			missing: 'No microphone was found. Plug one in, then check again.',
			busy: 'Another program holds the microphone. Close it, then check again.',
			impossible: 'This browser gives no microphone to this page.'
		}
	},
	lacks: {
		missing: 'No microphone is plugged in. I listen again as soon as one is; meanwhile you can write.',
		busy: 'Another program has taken the microphone. I ask for it again every few seconds.',
		refused: 'The microphone was blocked. Allow it beside the address bar and I listen again.',
		silenced: 'Your device has silenced the microphone, as for a call. I wait until it is back.',
		held: 'Your device holds all sound, as for a call. We go on when it is over.'
	},
	swaps: {
		microphone: {
			gone: (label) => named('That microphone is gone. I listen through another.', label),
			back: (label) => named('Your microphone is back, and I listen through it.', label),
			system: (label) => named('I listen through another microphone now.', label)
		},
		speaker: {
			gone: (label) => named('That loudspeaker is gone. I speak through another.', label),
			back: (label) => named('Your loudspeaker is back, and I speak through it.', label),
			system: (label) => named('I speak through another loudspeaker now.', label)
		}
	}
};

const fr: DevicesMessages = {
	microphone: 'Microphone',
	speaker: 'Haut-parleur',
	system: 'Celui du système',
	nth: {
		microphone: (number) => `Microphone ${String(number)}`,
		speaker: (number) => `Haut-parleur ${String(number)}`
	},
	away: 'Celui que vous aviez choisi n’est pas branché',
	unnamed:
		'Votre navigateur dira leurs noms une fois le microphone autorisé\u00a0: essayez-le ici, ou commencez à parler.',
	volume: 'Volume de la voix',
	volumeIs: (percent) => `${String(percent)} pour cent`,
	echoCancellation: 'Supprimer l’écho',
	echoHint: 'À couper seulement avec un casque\u00a0: sinon, Parley s’entendrait.',
	noiseSuppression: 'Réduire le bruit',
	autoGainControl: 'Égaliser le volume',
	check: {
		title: 'Essayer le microphone',
		start: 'Essayer le microphone',
		stop: 'C’est bon',
		level: 'Votre volume',
		hear: 'S’entendre',
		asking: 'Votre navigateur demande le microphone. Choisissez Autoriser.',
		recording: 'Parlez\u00a0: trois secondes sont gardées, ici et nulle part ailleurs.',
		playing: 'Voici comment on vous entend.',
		said: {
			waiting: 'Dites quelques mots.',
			silent: 'On n’entend rien. Le microphone est-il coupé, ou faut-il en choisir un autre\u202f?',
			quiet: 'C’est trop faible. Approchez-vous, ou augmentez le volume du microphone.',
			good: 'C’est bien\u00a0: je vous entends.',
			loud: 'C’est trop fort. Reculez un peu, ou baissez le volume du microphone.'
		},
		failures: {
			refused: 'Le microphone est bloqué. Autorisez-le près de la barre d’adresse, puis réessayez.',
			missing: 'Aucun microphone n’a été trouvé. Branchez-en un, puis réessayez.',
			busy: 'Un autre programme tient le microphone. Fermez-le, puis réessayez.',
			impossible: 'Ce navigateur ne donne pas de microphone à cette page.'
		}
	},
	lacks: {
		missing: 'Aucun microphone n’est branché. J’écoute dès qu’il y en a un\u202f; en attendant, vous pouvez écrire.',
		busy: 'Un autre programme a pris le microphone. Je le redemande toutes les quelques secondes.',
		refused: 'Le microphone a été bloqué. Autorisez-le près de la barre d’adresse, et j’écoute à nouveau.',
		silenced: 'Votre appareil a coupé le microphone, comme pour un appel. J’attends son retour.',
		held: 'Votre appareil retient tout le son, comme pour un appel. Nous reprendrons ensuite.'
	},
	swaps: {
		microphone: {
			gone: (label) => named('Ce microphone n’est plus là. J’en utilise un autre.', label),
			back: (label) => named('Votre microphone est de retour, et je l’utilise à nouveau.', label),
			system: (label) => named('J’utilise maintenant un autre microphone.', label)
		},
		speaker: {
			gone: (label) => named('Ce haut-parleur n’est plus là. Le son sort d’un autre.', label),
			back: (label) => named('Votre haut-parleur est de retour, et je l’utilise à nouveau.', label),
			system: (label) => named('Le son sort maintenant d’un autre haut-parleur.', label)
		}
	}
};

export const devicesWords: Record<Language, DevicesMessages> = { en, fr };
