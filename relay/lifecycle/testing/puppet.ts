/** A quest whose every step ends when and how a test says, and that remembers what was done to it. */
import { Quest } from '../quest.ts';

export type Step = 'init' | 'run' | 'close';

export interface Puppet {
	readonly quest: Quest<object>;
	/** What `init` makes. */
	readonly made: object;
	/** Steps begun, in order. */
	readonly begun: readonly Step[];
	/** Steps ended. */
	readonly ended: readonly Step[];
	/** Whether `init` has resolved. */
	readonly isMade: () => boolean;
	/** Ends the step that is under way, where there is one; `false` fails it. */
	let(well: boolean): void;
}

export const FAILURE = new Error('the step failed');

export function puppet(name: string, options: { readonly mindsSignal?: boolean } = {}): Puppet {
	const begun: Step[] = [];
	const ended: Step[] = [];
	const made = { name };
	let current: PromiseWithResolvers<undefined> | null = null;
	let isMade = false;

	async function act(step: Step, signal?: AbortSignal): Promise<void> {
		begun.push(step);
		const waiting = Promise.withResolvers<undefined>();
		current = waiting;
		const abort = (): void => waiting.reject(new Error('aborted'));
		if (options.mindsSignal === true) signal?.addEventListener('abort', abort, { once: true });
		try {
			await waiting.promise;
			isMade ||= step === 'init';
		} finally {
			signal?.removeEventListener('abort', abort);
			ended.push(step);
			current = null;
		}
	}

	const quest = new Quest<object>(name, {
		async init(signal) {
			await act('init', signal);
			return made;
		},
		run: (_made, signal) => act('run', signal),
		close: () => act('close')
	});
	return {
		quest,
		made,
		begun,
		ended,
		isMade: () => isMade,
		let(well) {
			if (well) current?.resolve(undefined);
			else current?.reject(FAILURE);
		}
	};
}

/** Lets everything that is about to happen happen. */
export async function settle(): Promise<void> {
	for (let i = 0; i < 3; i++) await new Promise(setImmediate);
}
