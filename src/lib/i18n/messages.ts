/** What every language has to say. Written out as a type, so that a missing or surplus key does not compile. */
import type { Fault, ProblemCode } from '../protocol/problems.ts';
import type { Kind } from '../chat/characters/character.ts';
import type { ImportFailure } from '../chat/characters/exchange.ts';
import type { CharacterLanguage } from '../chat/characters/language.ts';
import type { FaultCode } from '../chat/characters/read.ts';
import type { Patience } from '../turn/options.ts';
import type { Failure, Phase } from '../session/view.ts';

/** A failure, told: what happened, what Parley does about it, what the person can do. */
export interface FailureWords {
	readonly happened: string;
	readonly parley: string;
	readonly you: string;
}

/** What a character's author fills in. */
export type EditedField = 'name' | 'language' | 'text' | 'voice';

export interface Messages {
	readonly description: string;
	readonly invitation: (name: string) => string;
	readonly privacy: string;
	readonly checkMicrophone: string;
	readonly start: string;
	readonly stop: string;
	readonly tryAgain: string;
	readonly mute: string;
	readonly muted: string;
	readonly conversation: string;
	readonly showConversation: string;
	readonly hideConversation: string;
	readonly noConversation: string;
	readonly languages: string;
	readonly you: string;
	readonly parley: string;
	/** In place of UNRECOGNISED_SPEECH. */
	readonly unrecognised: string;
	/** This device has no network. */
	readonly offline: string;
	/** The relay answers again. */
	readonly relayBack: string;
	readonly captions: { readonly shown: string; readonly on: string; readonly off: string };
	readonly openSecurely: string;
	readonly openLocally: string;
	readonly phases: Readonly<Record<Exclude<Phase, 'failed'>, string>>;
	/** `offline`: the relay is away because this device has no network. */
	readonly failures: Readonly<Record<Failure | 'offline', FailureWords>>;
	readonly problems: Readonly<Record<ProblemCode, (fault: Fault) => string>>;
	readonly engines: {
		readonly voice: (name: string, embedded: boolean) => string;
		readonly partner: (name: string, embedded: boolean) => string;
		readonly recogniser: (name: string, embedded: boolean) => string;
		readonly noRecogniser: string;
		readonly browserRecogniser: string;
	};
	readonly recogniser: {
		readonly question: string;
		readonly yes: string;
		readonly no: string;
		readonly change: string;
		readonly refused: string;
		readonly away: string;
		readonly unavailable: string;
	};
	/** Of a relay that lets in who has one. */
	readonly access: {
		readonly label: string;
		readonly show: string;
		readonly enter: string;
		readonly forget: string;
		readonly tooLong: string;
		readonly kept: string;
		readonly forgotten: string;
	};
	/** Of a relay that records who agrees to it. */
	readonly recording: {
		readonly question: string;
		readonly yes: string;
		readonly no: string;
		readonly on: string;
		readonly stop: string;
		/** The recording of the whole talk, or of the part since the last reconnection. */
		readonly deleted: Readonly<Record<'whole' | 'part', string>>;
		readonly allow: string;
		readonly hint: string;
	};
	/** Of a talk, kept on this device. */
	readonly sound: { readonly keep: string; readonly on: string; readonly stop: string };
	/** Beside speaking. */
	readonly ways: {
		readonly write: string;
		readonly writeHere: string;
		readonly send: string;
		/** Another app shared a text with Parley. */
		readonly shared: string;
		readonly settings: string;
		readonly close: string;
		readonly hold: string;
		readonly allSettings: string;
		readonly holdToTalk: string;
		readonly holdHint: string;
		readonly letMeFinish: string;
		readonly goOn: string;
		readonly patience: string;
		readonly patiences: Readonly<Record<Patience, string>>;
	};
	readonly people: {
		readonly title: string;
		readonly open: (name: string) => string;
		readonly plain: string;
		readonly kinds: Readonly<Record<Exclude<Kind, 'constant'>, string>>;
		readonly languages: Readonly<Record<CharacterLanguage, string>>;
		readonly nextTurn: string;
		readonly away: string;
		readonly write: string;
		readonly edit: (name: string) => string;
		readonly import: string;
		readonly export: string;
		readonly newTitle: string;
		readonly fields: Readonly<Record<EditedField, string>>;
		readonly textHint: string;
		readonly usualVoice: string;
		readonly voiceOf: (name: string) => string;
		readonly keep: string;
		readonly back: string;
		readonly delete: string;
		readonly reallyDelete: string;
		readonly imported: (count: number) => string;
		readonly notKept: Readonly<Record<'full' | 'unavailable', string>>;
		readonly notImported: Readonly<Record<ImportFailure, string>>;
		readonly nth: (number: number) => string;
		readonly faults: Readonly<Record<FaultCode, string>>;
	};
	/** The pages by name, and the way between them. */
	readonly pages: {
		readonly talk: string;
		readonly history: string;
		readonly settings: string;
		readonly status: string;
		readonly nav: string;
		readonly backToTalk: string;
	};
	readonly keys: {
		readonly stop: string;
		readonly letMeFinish: string;
		readonly goOn: string;
		readonly mute: string;
		readonly close: string;
	};
}
