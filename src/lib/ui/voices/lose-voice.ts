/** What becomes of a talk whose voice the relay no longer keeps: the relay has said so in words; the next answer has its own. */
import type { ViewMessage } from '../../session/view.ts';
import { conversing } from '../conversing.svelte.ts';
import { voiceIsGone } from './for-now.ts';
import { dropVoice } from './kept.ts';

export function heedVoice(message: Exclude<ViewMessage, { type: 'signal' }>): void {
	if (message.type !== 'problem' || message.problem?.code !== 'voice_gone') return;
	const { partner } = conversing;
	const voice = voiceIsGone(partner?.voice);
	if (voice === null) return;
	dropVoice(voice);
	conversing.talk.setCharacter(partner);
}
