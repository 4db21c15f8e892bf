import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en.ts';
import type { Phase } from '../session/view.ts';
import { statusLine } from './status-line.ts';

const line = (phase: Phase, changes = {}): string =>
	statusLine({ phase, muted: false, pushed: false, holdToTalk: false, ...changes }, en);

describe('the status line', () => {
	it('says the phase, or that the microphone is off, but never hides a lost connection', () => {
		expect(line('listening')).toBe('Listening');
		expect(line('listening', { muted: true })).toBe('The microphone is muted');
		expect(line('reconnecting', { muted: true })).toBe(en.phases.reconnecting);
		expect(line('deaf', { muted: true })).toBe(en.phases.deaf);
		expect(line('deaf', { holdToTalk: true, pushed: true })).toBe(en.phases.deaf);
		expect(line('failed', { muted: true })).toBe('');
	});

	it('asks to hold, hears while held, and thinks from the moment of letting go', () => {
		const up = { holdToTalk: true, muted: true };
		expect(line('listening', up)).toBe('Hold to talk');
		expect(line('speaking', up)).toBe('Hold to talk');
		expect(line('listening', { holdToTalk: true, pushed: true })).toBe('I hear you');
		expect(line('hearing', up)).toBe('Thinking');
		expect(line('idle', up)).toBe(en.phases.idle);
	});
});
