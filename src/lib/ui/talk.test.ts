import { USUAL_DEVICES } from '../session/devices.ts';
import { describe, expect, it } from 'vitest';
import type { Character } from '../chat/characters/character.ts';
import type { Phase } from '../session/view.ts';
import { Talk, type CreateConversation } from './talk.ts';
import { FakeConversation } from './testing/fake-conversation.ts';
import type { ViewState } from './view-state.ts';

function setUp(load?: () => Promise<CreateConversation>) {
	const made: FakeConversation[] = [];
	const views: ViewState[] = [];
	const signals: number[] = [];
	const create: CreateConversation = (onMessage) => {
		const fake = new FakeConversation(onMessage);
		made.push(fake);
		return fake;
	};
	const talk = new Talk({
		load: load ?? (async () => create),
		onView: (view) => views.push(view),
		onSignal: ({ duck }) => signals.push(duck)
	});
	return { talk, made, views, signals, create };
}

describe('Talk', () => {
	it('starts within the press itself once the code is there, so that the browser counts the press', async () => {
		const { talk, made } = setUp();
		await talk.prefetch();
		talk.start({ language: 'fr' });
		expect(made[0]?.started).toEqual({ language: 'fr' });
	});

	it('shows at once that it asks, and starts when the code arrives', async () => {
		const { talk, made } = setUp();
		talk.start({ language: 'en' });
		expect(talk.view.phase).toBe('asking');
		await talk.prefetch();
		expect(made[0]?.calls.slice(-4)).toEqual(['muted false', 'patience normal', 'recording false', 'start']);
	});

	it('takes back that the relay was away, and no other failure', async () => {
		const { talk, made } = setUp();
		await talk.prefetch();
		for (const failure of ['relay_away', 'microphone_busy'] as const) {
			talk.start({ language: 'en' });
			made[0]?.tell({ type: 'phase', phase: 'failed', failure });
			talk.takeBack();
			expect(talk.view.phase).toBe(failure === 'relay_away' ? 'idle' : 'failed');
		}
		talk.start({ language: 'en' });
		talk.takeBack();
		expect(talk.view.phase).toBe('asking');
	});

	it('forgets all of it: nothing is left, nothing comes after it, and the next talk begins as the first', async () => {
		const { talk, made } = setUp();
		await talk.prefetch();
		talk.start({ language: 'en' });
		const entry = { id: 1, role: 'user', text: 'A secret.', interrupted: false, open: true } as const;
		made[0]?.tell({ type: 'entry', entry });
		expect(JSON.stringify(talk.view)).toContain('A secret.');
		talk.forget();
		expect(made[0]?.calls.slice(-2)).toEqual(['stop', 'close']);
		made[0]?.tell({ type: 'entry', entry: { ...entry, open: false } });
		made[0]?.tell({ type: 'phase', phase: 'listening', failure: null });
		expect(JSON.stringify(talk.view)).not.toContain('A secret.');
		expect(talk.view).toMatchObject({ phase: 'idle', entries: [], talk: 1 });
		talk.start({ language: 'fr' });
		expect(made[1]?.started).toEqual({ language: 'fr' });
		made[0]?.tell({ type: 'entry', entry });
		expect(talk.view).toMatchObject({ phase: 'asking', entries: [], talk: 2 });
		made[1]?.tell({ type: 'phase', phase: 'listening', failure: null });
		expect(talk.view.phase).toBe('listening');
	});

	it('does not start a talk that was stopped while the code was on its way', async () => {
		const { talk, made } = setUp();
		talk.start({ language: 'en' });
		talk.stop();
		await talk.prefetch();
		expect(talk.view.phase).toBe('idle');
		expect(made[0]?.calls ?? []).not.toContain('start');
	});

	it('says that the server is away when the code cannot be loaded, and loads anew at the next press', async () => {
		let fail = true;
		const { create, made, talk } = setUp(async () => {
			if (fail) throw new Error('offline');
			return create;
		});
		talk.start({ language: 'en' });
		await talk.prefetch();
		expect(talk.view.failure).toBe('relay_away');
		fail = false;
		talk.start({ language: 'en' });
		await talk.prefetch();
		expect(made[0]?.calls).toContain('start');
	});

	it('is not brought back by what the worker had said before Stop', async () => {
		const { talk, made } = setUp();
		await talk.prefetch();
		talk.start({ language: 'en' });
		made[0]?.tell({ type: 'phase', phase: 'speaking', failure: null });
		talk.stop();
		made[0]?.tell({ type: 'phase', phase: 'listening', failure: null });
		made[0]?.tell({ type: 'caption', words: [{ text: 'late', heard: true }], interrupted: false });
		expect(talk.view.phase).toBe('idle');
		expect(talk.view.caption).toEqual([]);
		talk.start({ language: 'en' });
		made[0]?.tell({ type: 'phase', phase: 'listening', failure: null });
		expect(talk.view.phase).toBe('listening');
		expect(made.length).toBe(1);
	});

	it('mutes only while talking, and each new talk begins unmuted', async () => {
		const { talk, made } = setUp();
		await talk.prefetch();
		talk.setMuted(true);
		expect(talk.view.muted).toBe(false);
		talk.start({ language: 'en' });
		talk.setMuted(true);
		expect(talk.view.muted).toBe(true);
		talk.stop();
		talk.start({ language: 'en' });
		expect(talk.view.muted).toBe(false);
		expect(made[0]?.calls.at(-4)).toBe('muted false');
	});

	it('passes the signal by the view', async () => {
		const { talk, made, views, signals } = setUp();
		await talk.prefetch();
		talk.start({ language: 'en' });
		const before = views.length;
		made[0]?.tell({ type: 'signal', user: new Float32Array(128), assistant: new Float32Array(128), duck: 0.5 });
		expect(signals).toEqual([0.5]);
		expect(views.length).toBe(before);
	});

	it('says nothing more once it is closed', async () => {
		const { talk, made, views } = setUp();
		await talk.prefetch();
		talk.start({ language: 'en' });
		talk.close();
		const before = views.length;
		made[0]?.tell({ type: 'phase', phase: 'listening', failure: null });
		talk.start({ language: 'en' });
		expect(views.length).toBe(before);
		expect(made[0]?.calls.at(-1)).toBe('close');
	});
});

describe('Talking in other ways', () => {
	async function talking(phase: 'connecting' | 'listening' | 'hearing' = 'listening') {
		const all = setUp();
		await all.talk.prefetch();
		all.talk.start({ language: 'en' });
		const [conversation] = all.made;
		const tell = (next: Phase): void => conversation!.tell({ type: 'phase', phase: next, failure: null });
		tell(phase);
		conversation!.calls.length = 0;
		return { ...all, tell, calls: conversation!.calls };
	}

	it('holds to talk: the microphone is on between down and up, and each says so once', async () => {
		const { talk, calls } = await talking();
		talk.push(true);
		talk.setMuted(true);
		talk.setHoldToTalk(false);
		expect(calls).toEqual(['muted true']);
		talk.setMuted(false);
		calls.length = 0;
		talk.setHoldToTalk(true);
		talk.push(true);
		talk.push(true);
		expect(talk.view).toMatchObject({ muted: false, pushed: true });
		talk.push(false);
		talk.push(false);
		expect(calls).toEqual(['muted true', 'muted false', 'push true', 'push false', 'muted true']);
		expect(talk.view).toMatchObject({ muted: true, pushed: false });
	});

	it('begins muted where it holds to talk, and lets go when the talk or the mode ends', async () => {
		const { talk, made } = setUp();
		talk.setHoldToTalk(true);
		talk.setPatience('patient');
		await talk.prefetch();
		talk.start({ language: 'en' });
		expect(made[0]?.calls.slice(-4)).toEqual(['muted true', 'patience patient', 'recording false', 'start']);
		expect(talk.view.muted).toBe(true);
		talk.push(true);
		talk.setHoldToTalk(false);
		expect(made[0]?.calls.slice(-3)).toEqual(['push false', 'muted true', 'muted false']);
		talk.setHoldToTalk(true);
		talk.push(true);
		talk.stop();
		expect(talk.view.pushed).toBe(false);
		const before = made[0]?.calls.length;
		talk.push(false);
		expect(made[0]?.calls).toHaveLength(before ?? NaN);
	});

	it('says once that it may be recorded, and to a talk that begins later too', async () => {
		const { talk, calls } = await talking();
		talk.setRecording(false);
		talk.setRecording(true);
		talk.setRecording(true);
		expect(calls).toEqual(['recording true']);
		talk.stop();
		talk.start({ language: 'en' });
		expect(calls.slice(-2)).toEqual(['recording true', 'start']);
	});

	it('sends what is written, trimmed, and not before somebody is there to take it', async () => {
		const { talk, calls, tell } = await talking('connecting');
		expect(talk.say('Hello')).toBe(false);
		tell('speaking');
		expect(talk.say('  ')).toBe(false);
		expect(talk.say(' Hello ')).toBe(true);
		expect(calls).toEqual(['say Hello']);
	});

	it('lets a turn be finished, and only that one', async () => {
		const { talk, calls, tell } = await talking();
		talk.hold(true);
		expect(talk.view.held).toBe(false);
		tell('hearing');
		talk.hold(true);
		tell('thinking');
		expect(talk.view.held).toBe(false);
		expect(calls).toEqual(['hold true', 'hold false']);
	});

	it('goes on only while the person has the turn, and takes back that they be waited for', async () => {
		const { talk, calls, tell } = await talking();
		talk.goOn();
		tell('hearing');
		talk.hold(true);
		talk.goOn();
		expect(calls).toEqual(['hold true', 'hold false', 'go on']);
	});

	it('brings devices, volume and sounds to the talk, before it starts and while it goes on, each change once', async () => {
		const { talk, made } = setUp();
		const devices = { ...USUAL_DEVICES, microphone: 'desk' };
		talk.setDevices(devices);
		talk.setVolume(0.4);
		talk.setSounds(false);
		await talk.prefetch();
		talk.start({ language: 'en' });
		const calls = made[0]?.calls ?? [];
		const told = [`devices ${JSON.stringify(devices)}`, 'volume 0.4', 'sounds false'];
		expect(calls.slice(0, 3)).toEqual(told);
		expect(calls.at(-1)).toBe('start');
		calls.length = 0;
		talk.setDevices({ ...devices });
		expect(calls).toEqual([]);
		talk.setDevices({ ...devices, echoCancellation: false });
		expect(calls).toHaveLength(1);
	});

	it('is told of somebody else while it goes on, whoever it began with, and not between talks', async () => {
		const owl: Character = {
			id: 'own-owl',
			name: 'Owl',
			language: 'en',
			instructions: { type: 'smalltalk' },
			good: true
		};
		const { talk, made } = setUp();
		const told = (): string[] => made[0]?.calls.filter((call) => call.startsWith('character')) ?? [];
		talk.setCharacter(owl);
		talk.start({ language: 'en' });
		// The code is still on its way.
		talk.setCharacter(null);
		talk.setCharacter(owl);
		await talk.prefetch();
		expect(told()).toEqual(['character Owl']);
		expect(made[0]?.calls.at(-1)).toBe('character Owl');
		talk.setCharacter(null);
		expect(told()).toEqual(['character Owl', 'character Parley']);
		talk.stop();
		talk.setCharacter(owl);
		talk.start({ language: 'en' });
		expect(told()).toHaveLength(2);
	});

	it('keeps in the log who answered in which talk', async () => {
		const { talk, made } = setUp();
		await talk.prefetch();
		const owl: Character = {
			...{ id: 'own-owl', name: 'Owl', language: 'en', good: true },
			instructions: { type: 'smalltalk' }
		};
		const entry = { id: 1, role: 'assistant', text: 'Hoo', interrupted: false, open: false } as const;
		talk.start({ language: 'en', character: owl });
		made[0]?.tell({ type: 'entry', entry });
		talk.stop();
		talk.start({ language: 'en' });
		made[0]?.tell({ type: 'entry', entry });
		expect(talk.view.entries.map(({ who }) => who)).toEqual(['Owl', null]);
	});
});
