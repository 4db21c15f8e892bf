/** The one line that says what is going on. Pure. */
import type { Messages } from '../i18n/messages.ts';
import type { ViewState } from './view-state.ts';

export type Told = Pick<ViewState, 'phase' | 'muted' | 'pushed'> & { readonly holdToTalk: boolean };

/** Empty where a failure is told instead. */
export function statusLine({ phase, muted, pushed, holdToTalk }: Told, say: Messages): string {
	if (phase === 'failed') return '';
	// Whatever the microphone does.
	if (phase === 'reconnecting' || phase === 'deaf') return say.phases[phase];
	if (!holdToTalk) return muted ? say.muted : say.phases[phase];
	if (pushed) return say.phases.hearing;
	// The key is up: the turn is over, though its last words are still on their way.
	if (phase === 'hearing') return say.phases.thinking;
	return phase === 'listening' || phase === 'speaking' ? say.ways.holdToTalk : say.phases[phase];
}
