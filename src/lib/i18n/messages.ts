/** What every language has to say. Written out as a type, so that a missing or surplus key does not compile. */
import type { Fault, ProblemCode } from '../protocol/problems.ts';
import type { Failure, Phase } from '../session/view.ts';

/** A failure, told: what happened, what Parley does about it, what the person can do. */
export interface FailureWords {
	readonly happened: string;
	readonly parley: string;
	readonly you: string;
}

export interface Messages {
	readonly description: string;
	readonly invitation: string;
	readonly privacy: string;
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
	readonly openSecurely: string;
	readonly openLocally: string;
	readonly phases: Readonly<Record<Exclude<Phase, 'failed'>, string>>;
	readonly failures: Readonly<Record<Failure, FailureWords>>;
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
	readonly keys: {
		readonly stop: string;
		readonly mute: string;
		readonly close: string;
	};
}
