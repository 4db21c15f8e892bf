/** How a conversation ends, as a closed set of reasons that can be counted. */
import type { ClientEnd } from '../src/lib/client/index.ts';

/** These went well. */
export const GOOD_ENDINGS = ['complete', 'goodbye'] as const;
/** These say nothing about the server: they were under way when the test was over. */
export const OPEN_ENDINGS = ['unfinished'] as const;
export const BAD_ENDINGS = [
	'refused',
	'never_ready',
	'closed',
	'bad_message',
	'too_slow',
	'fatal',
	'no_greeting',
	'no_answer',
	'no_end',
	'lost',
	'too_long',
	'unheard'
] as const;
export type EndingName = (typeof GOOD_ENDINGS)[number] | (typeof OPEN_ENDINGS)[number] | (typeof BAD_ENDINGS)[number];

export interface Ending {
	readonly name: EndingName;
	/** A close code, a field, or the last trouble: what tells one reason from another of the same name. */
	readonly detail: string | null;
}

const names = (list: readonly string[]): ReadonlySet<string> => new Set(list);
const good = names(GOOD_ENDINGS);
const open = names(OPEN_ENDINGS);
export const isGood = ({ name }: Ending): boolean => good.has(name);
export const isOpen = ({ name }: Ending): boolean => open.has(name);

export const reasonOf = ({ name, detail }: Ending): string => (detail === null ? name : `${name} (${detail})`);

/** Of a connection that ended while the talker had not finished. `fatal`: the server had said that it would. */
export function endingOf(end: ClientEnd, trouble: string | null): Ending {
	switch (end.why) {
		case 'closed_here':
			return { name: 'unfinished', detail: null };
		case 'closed_there':
			if (trouble === 'fatal') return { name: 'fatal', detail: `code ${end.code}` };
			return { name: 'closed', detail: [`code ${end.code}`, ...(trouble === null ? [] : [trouble])].join(', ') };
		case 'bad_message':
			return { name: 'bad_message', detail: end.fault.param ?? end.fault.code };
		case 'refused':
		case 'never_ready':
		case 'too_slow':
			return { name: end.why, detail: trouble };
	}
}
