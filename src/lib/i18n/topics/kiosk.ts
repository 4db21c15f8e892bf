/** The words of a kiosk, for people who have never seen Parley and have nobody to ask. */
import type { KioskError } from '../../chat/characters/kiosk.ts';
import type { Language } from '../languages.ts';

export interface KioskMessages {
	readonly invitation: Readonly<Record<'touch' | 'speech', string>>;
	readonly privacy: string;
	/** Always on the screen: what the microphone does. */
	readonly microphone: Readonly<Record<'off' | 'measures' | 'on' | 'missing', string>>;
	readonly starting: string;
	readonly away: string;
	readonly refused: string;
	readonly absent: string;
	readonly absentHow: string;
	readonly toParley: string;
	readonly phases: Readonly<
		Record<
			'asking' | 'connecting' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'reconnecting' | 'deaf',
			string
		>
	>;
	readonly stop: string;
	readonly stillThere: string;
	readonly stillThereHow: string;
	readonly here: string;
	readonly endsSoon: string;
	readonly goodbye: string;
	readonly forgotten: string;
	readonly troubles: Readonly<Record<KioskError, string>>;
	readonly soon: string;
	readonly pin: {
		readonly title: string;
		readonly none: string;
		readonly entered: (digits: number) => string;
		readonly erase: string;
		readonly enter: string;
		readonly back: string;
		readonly checking: string;
		readonly wrong: string;
		readonly away: string;
		readonly wait: (seconds: number) => string;
		readonly open: string;
		readonly settings: string;
		readonly leave: string;
	};
}

const en: KioskMessages = {
	invitation: { touch: 'Touch the screen to talk with me', speech: 'Talk to me, or touch the screen' },
	privacy: 'What you say is used to answer you. When you leave, it is forgotten here.',
	microphone: {
		off: 'Microphone off',
		measures: 'Microphone on, only to notice that somebody speaks',
		on: 'Microphone on',
		missing: 'No microphone'
	},
	starting: 'One moment, I am waking up',
	away: 'I have lost my connection. I keep trying, and will be back by myself.',
	refused: 'I am not quite set up: my access code is missing. Please tell somebody who works here.',
	absent: 'There is no kiosk here',
	absentHow: 'This relay has none. Its operator can set one up: docs/kiosk.md tells how.',
	toParley: 'To Parley itself',
	phases: {
		asking: 'One moment',
		connecting: 'One moment',
		listening: 'I am listening: speak to me',
		hearing: 'I hear you',
		thinking: 'I am thinking',
		speaking: 'Interrupt me any time',
		reconnecting: 'I have lost my connection, and am getting it back. Nothing you said is gone',
		deaf: 'I cannot hear you just now. I keep trying'
	},
	stop: 'End our talk',
	stillThere: 'Are you still there?',
	stillThereHow: 'Say something, or touch below. Otherwise I end our talk and forget it.',
	here: 'I am still here',
	endsSoon: 'Our time is nearly up',
	goodbye: 'Goodbye!',
	forgotten: 'Our talk is over, and forgotten here.',
	troubles: {
		relay_away: 'I have lost my connection.',
		code_needed: 'I am not quite set up: my access code is missing.',
		microphone_missing: 'My microphone is gone. As soon as it is plugged in we can talk.',
		microphone_refused: 'I am not allowed to use my microphone. Please tell somebody who works here.',
		microphone_busy: 'Another program has taken my microphone.',
		insecure: 'I am not given a microphone at this address. Please tell somebody who works here.',
		broken: 'Something in me went wrong. I am mending it.',
		crashed: 'Something in me went wrong. I am mending it.',
		stalled: 'Something in me went wrong. I am mending it.'
	},
	soon: 'I try again in a moment.',
	pin: {
		title: 'PIN',
		none: 'This kiosk has no PIN, and so no way out: its operator sets one in the file of KIOSK_CONFIG.',
		entered: (digits) => (digits === 1 ? '1 digit' : `${String(digits)} digits`),
		erase: 'Erase the last digit',
		enter: 'Enter',
		back: 'Back to the kiosk',
		checking: 'One moment',
		wrong: 'That is not the PIN.',
		away: 'The PIN cannot be checked: the relay is away. Try again in a moment.',
		wait: (seconds) => `Too many tries. The next one is in ${String(seconds)} s.`,
		open: 'Open. Where to?',
		settings: 'Settings',
		leave: 'Leave the kiosk'
	}
};

const fr: KioskMessages = {
	invitation: { touch: 'Touchez l’écran pour me parler', speech: 'Parlez-moi, ou touchez l’écran' },
	privacy: 'Ce que vous dites sert à vous répondre. À votre départ, tout est oublié ici.',
	microphone: {
		off: 'Micro coupé',
		measures: 'Micro ouvert, seulement pour remarquer que quelqu’un parle',
		on: 'Micro ouvert',
		missing: 'Pas de micro'
	},
	starting: 'Un instant, je me réveille',
	away: 'J’ai perdu ma connexion. Je réessaie sans cesse, et je reviendrai de moi-même.',
	refused: 'Je ne suis pas tout à fait prêt\u00a0: il me manque mon code d’accès. Dites-le à quelqu’un de la maison.',
	absent: 'Il n’y a pas de borne ici',
	absentHow: 'Ce relais n’en a pas. Qui l’exploite peut en installer une\u00a0: docs/kiosk.md dit comment.',
	toParley: 'Vers Parley lui-même',
	phases: {
		asking: 'Un instant',
		connecting: 'Un instant',
		listening: 'Je vous écoute\u00a0: parlez-moi',
		hearing: 'Je vous entends',
		thinking: 'Je réfléchis',
		speaking: 'Coupez-moi quand vous voulez',
		reconnecting: 'J’ai perdu ma connexion, et je la rétablis. Rien de ce que vous avez dit n’est perdu',
		deaf: 'Je ne vous entends pas en ce moment. Je réessaie'
	},
	stop: 'Terminer',
	stillThere: 'Êtes-vous toujours là\u202f?',
	stillThereHow: 'Dites quelque chose, ou touchez ci-dessous. Sinon, je termine notre conversation et je l’oublie.',
	here: 'Je suis toujours là',
	endsSoon: 'Notre temps est bientôt écoulé',
	goodbye: 'Au revoir\u202f!',
	forgotten: 'Notre conversation est finie, et oubliée ici.',
	troubles: {
		relay_away: 'J’ai perdu ma connexion.',
		code_needed: 'Je ne suis pas tout à fait prêt\u00a0: il me manque mon code d’accès.',
		microphone_missing: 'Mon micro n’est plus là. Dès qu’il sera branché, nous pourrons parler.',
		microphone_refused: 'Je n’ai pas le droit d’utiliser mon micro. Dites-le à quelqu’un de la maison.',
		microphone_busy: 'Un autre programme a pris mon micro.',
		insecure: 'On ne me donne pas de micro à cette adresse. Dites-le à quelqu’un de la maison.',
		broken: 'Quelque chose en moi s’est déréglé. Je le répare.',
		crashed: 'Quelque chose en moi s’est déréglé. Je le répare.',
		stalled: 'Quelque chose en moi s’est déréglé. Je le répare.'
	},
	soon: 'Je réessaie dans un instant.',
	pin: {
		title: 'Code PIN',
		none: 'Cette borne n’a pas de code PIN, et donc pas d’issue\u00a0: il se met dans le fichier de KIOSK_CONFIG.',
		entered: (digits) => (digits < 2 ? `${String(digits)} chiffre` : `${String(digits)} chiffres`),
		erase: 'Effacer le dernier chiffre',
		enter: 'Valider',
		back: 'Retour à la borne',
		checking: 'Un instant',
		wrong: 'Ce n’est pas le bon code.',
		away: 'Le code ne peut pas être vérifié\u00a0: le relais est absent. Réessayez dans un instant.',
		wait: (seconds) => `Trop d’essais. Le prochain dans ${String(seconds)} s.`,
		open: 'C’est ouvert. Où aller\u202f?',
		settings: 'Réglages',
		leave: 'Quitter la borne'
	}
};

export const kioskWords: Record<Language, KioskMessages> = { en, fr };
