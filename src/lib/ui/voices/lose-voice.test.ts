import { beforeEach, expect, it, vi } from 'vitest';
import { problem } from '../../protocol/problems.ts';
import { speakFor, voiceForNow, voiceOf } from './for-now.ts';
import type * as Kept from './kept.ts';
import { heedVoice } from './lose-voice.ts';

const { conversing, dropped } = vi.hoisted(() => ({
	conversing: { partner: null as { readonly voice?: string } | null, talk: { setCharacter: vi.fn() } },
	dropped: [] as string[]
}));
vi.mock('../conversing.svelte.ts', () => ({ conversing }));
vi.mock('./kept.ts', async (original) => ({
	...(await original<typeof Kept>()),
	dropVoice: (voice: string) => dropped.push(voice)
}));

const gone = { type: 'problem', problem: problem('tts', 'voice_gone') } as const;
beforeEach(() => {
	dropped.length = 0;
	conversing.talk.setCharacter.mockClear();
	speakFor(null);
});

it('whoever answers has their own voice from the next turn on, once the one for now is gone', () => {
	conversing.partner = { voice: 'en-female' };
	speakFor('custom:one');
	heedVoice(gone);
	expect(dropped).toEqual(['custom:one']);
	expect(voiceForNow()).toBe(null);
	expect(conversing.talk.setCharacter.mock.calls).toEqual([[conversing.partner]]);
	expect(voiceOf(conversing.partner.voice)).toBe('en-female');
});

it('a character’s cloned voice that is gone is not asked for again in this visit', () => {
	conversing.partner = { voice: 'custom:two' };
	heedVoice(gone);
	heedVoice(gone);
	expect(dropped).toEqual(['custom:two']);
	expect(conversing.talk.setCharacter).toHaveBeenCalledTimes(1);
	expect(voiceOf('custom:two')).toBe(null);
});

it('nothing else is taken for a lost voice', () => {
	conversing.partner = { voice: 'en-female' };
	heedVoice(gone);
	speakFor('custom:three');
	heedVoice({ type: 'problem', problem: problem('tts', 'lost') });
	heedVoice({ type: 'problem', problem: null });
	heedVoice({ type: 'lack', lack: null });
	expect(voiceForNow()).toBe('custom:three');
	expect(conversing.talk.setCharacter).not.toHaveBeenCalled();
});
