import { describe, expect, it } from 'vitest';
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
		expect(made[0]?.calls).toEqual(['muted false', 'start']);
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
		expect(made[0]?.calls.at(-2)).toBe('muted false');
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
