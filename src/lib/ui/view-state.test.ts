import { describe, expect, it } from 'vitest';
import { FAILURES, PHASES, type Entry } from '../session/view.ts';
import { begin, fold, INITIAL_VIEW, isTalking, MAX_LOGGED, type ViewState } from './view-state.ts';

const entry = (id: number, changes: Partial<Entry> = {}): Entry => ({
	id,
	role: 'user',
	text: `line ${id}`,
	interrupted: false,
	open: false,
	...changes
});
const withEntries = (state: ViewState, entries: Entry[]): ViewState =>
	entries.reduce((now, one) => fold(now, { type: 'entry', entry: one }), state);

describe('fold', () => {
	it('replaces an entry sent again and keeps the order of ids, whatever order they come in', () => {
		const state = withEntries(begin(INITIAL_VIEW), [
			entry(1),
			entry(3),
			entry(2),
			entry(3, { text: 'changed' }),
			entry(1, { text: 'first' })
		]);
		expect(state.entries.map(({ id, text }) => `${id} ${text}`)).toEqual(['1 first', '2 line 2', '3 changed']);
	});

	it('keeps an earlier talk above the next, although its ids begin anew', () => {
		const first = withEntries(begin(INITIAL_VIEW), [entry(1), entry(2)]);
		const second = withEntries(begin(first), [entry(1, { text: 'again' })]);
		expect(second.entries.map((one) => one.text)).toEqual(['line 1', 'line 2', 'again']);
	});

	it('says who answers from now on, and leaves the lines that are there with whoever said them', () => {
		const said = withEntries(begin(INITIAL_VIEW, 'Owl'), [entry(1, { role: 'assistant', open: true })]);
		const now = fold(said, { type: 'who', who: 'Maren' });
		expect(now.who).toBe('Maren');
		const state = withEntries(now, [entry(1, { role: 'assistant', interrupted: true }), entry(2), entry(3)]);
		expect(state.entries.map(({ who, interrupted }) => [who, interrupted])).toEqual([
			['Owl', true],
			['Maren', false],
			['Maren', false]
		]);
		expect(fold(now, { type: 'who', who: null }).who).toBeNull();
	});

	it('shows a talk that goes on below its own beginning, whose ids it follows', () => {
		const line = { role: 'user', text: 'before', interrupted: false, who: null } as const;
		const before = withEntries(begin(INITIAL_VIEW), [entry(1)]);
		const state = withEntries(begin(before, 'Maren', false, [line, { ...line, who: 'Owl' }]), [entry(3)]);
		expect(state.entries.map(({ id, text, talk, who }) => [id, text, talk, who])).toEqual([
			[1, 'before', 2, null],
			[2, 'before', 2, 'Owl'],
			[3, 'line 3', 2, 'Maren']
		]);
	});

	it('keeps no more lines than the log shows', () => {
		const many = Array.from({ length: MAX_LOGGED + 20 }, (_, id) => entry(id));
		const state = withEntries(begin(INITIAL_VIEW), many);
		expect(state.entries.length).toBe(MAX_LOGGED);
		expect(state.entries.at(-1)?.id).toBe(MAX_LOGGED + 19);
	});

	it('forgets what was passing when a talk is over, and a failure when it begins again', () => {
		const talking = { ...begin(INITIAL_VIEW), muted: true, caption: [{ text: 'hello', heard: true }] };
		for (const phase of PHASES.filter((one) => !isTalking(one))) {
			const over = fold(talking, { type: 'phase', phase, failure: phase === 'failed' ? FAILURES[0] : null });
			expect(over.caption).toEqual([]);
			expect(over.muted).toBe(false);
			expect(begin(over).failure).toBe(null);
		}
	});

	it('shows a failure only in the phase that has one', () => {
		expect(fold(INITIAL_VIEW, { type: 'phase', phase: 'failed', failure: 'relay_away' }).failure).toBe('relay_away');
		expect(fold(INITIAL_VIEW, { type: 'phase', phase: 'listening', failure: 'relay_away' }).failure).toBe(null);
	});

	it('knows whether the relay records, and how many this talk has gone through', () => {
		const engine = { name: '', embedded: true };
		const welcome = (records: boolean) =>
			({
				type: 'welcome',
				engines: { stt: { ...engine, recognises: true }, llm: engine, tts: engine },
				records
			}) as const;
		const talking = fold(fold(begin(INITIAL_VIEW), welcome(false)), welcome(true));
		expect(talking).toMatchObject({ records: true, connections: 2 });
		expect(begin(talking)).toMatchObject({ records: true, connections: 0 });
	});

	it('changes nothing for a signal or a mark', () => {
		const signal = { type: 'signal', user: new Float32Array(128), assistant: new Float32Array(128), duck: 1 } as const;
		expect(fold(INITIAL_VIEW, signal)).toBe(INITIAL_VIEW);
		expect(fold(INITIAL_VIEW, { type: 'mark', mark: { name: 'gap', atMs: 0, value: 0 } })).toBe(INITIAL_VIEW);
	});
});
