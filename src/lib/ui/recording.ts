/** Whether this talk is being recorded by the relay, may be, or was. Pure, but for what this browser keeps. */
import * as v from 'valibot';
import { recallFor, rememberFor } from './per-relay.ts';
import { KEYS, type Shelf } from './stored.ts';
import { isTalking, type ViewState } from './view-state.ts';

/** What the person answered; null while nobody asked. */
export type Leave = 'yes' | 'no' | null;
/** `none`: there is nothing to say, since the relay records nobody or is not there yet. */
export type Recording = 'none' | 'ask' | 'on' | 'off';

type Seen = Pick<ViewState, 'phase' | 'records' | 'talk' | 'connections'>;

/** Nothing is recorded before the answer is yes; where it is, that is said for as long as the talk is open. */
export function recordingOf({ phase, records, connections }: Seen, leave: Leave): Recording {
	if (!records || !isTalking(phase) || connections === 0) return 'none';
	return leave === null ? 'ask' : leave === 'yes' ? 'on' : 'off';
}

/** Where in which talk the recording began. */
export interface Begun {
	readonly talk: number;
	readonly connections: number;
}

/** Leave was given: who is asked to record is the relay that is there, or the next. */
export const beginning = ({ talk, connections, phase }: Seen): Begun => ({
	talk,
	connections: phase === 'reconnecting' ? connections + 1 : connections
});

/**
 * What became of the recording when the leave was taken back. A relay deletes what it can find of the whole talk. `part`: before
 * a reconnection another one may have recorded, into a folder of its own, and nobody here can know.
 */
export function deletedOf(view: Seen, begun: Begun | null): 'whole' | 'part' {
	const first = begun?.talk === view.talk ? begun.connections : 1;
	return view.connections === first && view.phase !== 'reconnecting' ? 'whole' : 'part';
}

/** What this relay was answered: leave that one was given is none for another. */
export const recallLeave = (relay: string, shelf?: Shelf | null): Leave =>
	recallFor(KEYS.recording, relay, v.picklist(['yes', 'no']), shelf);

export const rememberLeave = (
	relay: string,
	leave: 'yes' | 'no',
	shelf?: (Shelf & Pick<Storage, 'removeItem'>) | null
): void => rememberFor(KEYS.recording, relay, leave, shelf);
