/** From the turn core's state to what a person is told. */
import type { TurnState } from '../../turn/state.ts';
import type { Phase } from '../view.ts';

export interface Around {
	/** The answer has not come to its end, and nothing of it is left to sound. */
	readonly isDry: boolean;
	/** The STT wants nothing of us before somebody has changed something. */
	readonly isDeaf: boolean;
	/** Another relay has taken over in good time, and its STT is about to: nothing was lost. */
	readonly isMoving: boolean;
}

export function phaseOf(state: TurnState, { isDry, isDeaf, isMoving }: Around): Phase {
	const lost = !state.linked && !isMoving;
	const deaf = lost || (!state.listening && !isMoving);
	switch (state.name) {
		case 'off':
			return 'connecting';
		case 'waiting':
		case 'hearing':
			// Before the greeting was asked for it is the first connection; after it, it is a lost one.
			if (deaf && state.linked && isDeaf) return 'deaf';
			if (deaf) return state.reply === 0 ? 'connecting' : 'reconnecting';
			return state.name === 'waiting' ? 'listening' : 'hearing';
		// The pause may be one of thought: the turn is the person's until it is taken.
		case 'flushing':
		case 'holding':
			return lost ? 'reconnecting' : 'hearing';
		case 'thinking':
			return lost ? 'reconnecting' : 'thinking';
		case 'speaking':
		case 'overlapping':
			// It stands still until somebody has the rest of it.
			return isDry && lost ? 'reconnecting' : 'speaking';
		case 'leaving':
			return 'speaking';
		case 'over':
			return 'ended';
	}
}
