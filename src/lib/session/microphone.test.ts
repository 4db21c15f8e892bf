import { describe, expect, it } from 'vitest';
import { AudioGraphError, microphoneConstraints, microphoneFailure, obstacle } from './microphone.ts';
import { FAILURES } from './view.ts';

describe('microphoneConstraints', () => {
	it('ask for one channel, cleaned up, by default', () => {
		expect(microphoneConstraints({})).toEqual({
			audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true }
		});
	});

	it('leave out what is switched off, and insist on a chosen device', () => {
		expect(microphoneConstraints({ noiseSuppression: false, deviceId: 'desk' })).toEqual({
			audio: {
				channelCount: 1,
				echoCancellation: true,
				noiseSuppression: false,
				autoGainControl: true,
				deviceId: { exact: 'desk' }
			}
		});
	});
});

describe('microphoneFailure', () => {
	it.each([
		['NotAllowedError', 'microphone_refused'],
		['SecurityError', 'microphone_refused'],
		['NotFoundError', 'microphone_missing'],
		['OverconstrainedError', 'microphone_missing'],
		['NotReadableError', 'microphone_busy'],
		['AbortError', 'microphone_busy'],
		['TypeError', 'unsupported_browser']
	])('says of %s: %s', (name, failure) => {
		expect(microphoneFailure(new DOMException('in whatever language', name))).toBe(failure);
		expect(FAILURES).toContain(failure);
	});

	it('has an answer to whatever else is thrown, and never reads its text', () => {
		for (const thrown of [null, undefined, 'NotAllowedError', 7, {}, new Error('NotAllowedError'), { name: null }]) {
			expect(microphoneFailure(thrown)).toBe('unsupported_browser');
		}
	});
});

describe('obstacle', () => {
	const all = { isSecureContext: true, getUserMedia: true, audioContext: true, messageChannel: true };

	it('names the insecure origin before what it hides', () => {
		expect(obstacle({ ...all, isSecureContext: false, getUserMedia: false })).toBe('insecure_origin');
	});

	it('names a browser that lacks any one of the rest, and nothing where all is there', () => {
		expect(obstacle({ ...all, getUserMedia: false })).toBe('unsupported_browser');
		expect(obstacle({ ...all, audioContext: false })).toBe('unsupported_browser');
		expect(obstacle({ ...all, messageChannel: false })).toBe('unsupported_browser');
		expect(obstacle(all)).toBeNull();
	});
});

describe('AudioGraphError', () => {
	it('carries the failure and what caused it', () => {
		const cause = new Error('why');
		expect(new AudioGraphError('microphone_busy', { cause })).toMatchObject({ failure: 'microphone_busy', cause });
	});
});
