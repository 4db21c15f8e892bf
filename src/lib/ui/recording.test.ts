import { describe, expect, it } from 'vitest';
import { PHASES } from '../session/view.ts';
import { beginning, deletedOf, recallLeave, recordingOf, rememberLeave } from './recording.ts';
import { KEYS } from './stored.ts';
import { isTalking } from './view-state.ts';

const talk = { phase: 'listening', records: true, talk: 3, connections: 1 } as const;

describe('a recording', () => {
	it('is asked about, and made, only by a relay that records, and only with leave', () => {
		expect(recordingOf(talk, null)).toBe('ask');
		expect(recordingOf(talk, 'yes')).toBe('on');
		expect(recordingOf(talk, 'no')).toBe('off');
		for (const leave of [null, 'yes', 'no'] as const)
			expect(recordingOf({ ...talk, records: false }, leave)).toBe('none');
	});

	it('is said for as long as the talk is open, and not before the relay is there', () => {
		for (const phase of PHASES) expect(recordingOf({ ...talk, phase }, 'yes')).toBe(isTalking(phase) ? 'on' : 'none');
		// What the relay of the talk before said is no answer of this one's.
		expect(recordingOf({ ...talk, connections: 0, phase: 'connecting' }, 'yes')).toBe('none');
	});

	it('is deleted as a whole where all of it was made on this connection', () => {
		expect(deletedOf(talk, null)).toBe('whole');
		expect(deletedOf({ ...talk, connections: 2 }, beginning({ ...talk, connections: 2 }))).toBe('whole');
		// Agreed while the relay was away: recorded since it is back.
		const agreed = beginning({ ...talk, phase: 'reconnecting' });
		expect(deletedOf({ ...talk, connections: 2 }, agreed)).toBe('whole');
	});

	it('is deleted in part where an earlier connection has some of it', () => {
		expect(deletedOf({ ...talk, connections: 2 }, null)).toBe('part');
		expect(deletedOf({ ...talk, connections: 2 }, beginning(talk))).toBe('part');
		expect(deletedOf({ ...talk, phase: 'reconnecting' }, beginning(talk))).toBe('part');
		// The leave is of a talk before: this one was recorded from its first connection on.
		expect(deletedOf({ ...talk, connections: 2 }, { talk: 2, connections: 2 })).toBe('part');
	});
});

describe('the leave to record', () => {
	it('comes back as it was given, and is asked for again where it does not', () => {
		const kept = new Map<string, string>();
		const shelf = {
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, value: string) => void kept.set(key, value),
			removeItem: (key: string) => void kept.delete(key)
		};
		const relay = 'https://relay.example';
		expect(recallLeave(relay, shelf)).toBeNull();
		for (const leave of ['yes', 'no'] as const) {
			rememberLeave(relay, leave, shelf);
			expect(recallLeave(relay, shelf)).toBe(leave);
			// Nobody else was ever asked.
			expect(recallLeave('https://another.example', shelf)).toBeNull();
		}
		for (const leave of ['true', '"maybe"', '["yes"]', 'yes', '']) {
			kept.set(KEYS.recording, `{"${relay}":${leave}}`);
			expect(recallLeave(relay, shelf)).toBeNull();
		}
	});
});
