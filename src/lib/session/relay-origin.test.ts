import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEYS } from '../ui/stored.ts';

let kept: string | null;
beforeEach(() => {
	kept = null;
	vi.resetModules();
	vi.stubGlobal('location', { origin: 'https://parley.example' });
	vi.stubGlobal('localStorage', { getItem: (key: string) => (key === KEYS.relay ? kept : null) });
});
afterEach(() => vi.unstubAllGlobals());

describe('the relay that is talked to', () => {
	it('served the page, where nobody chose another', async () => {
		const { relayAddress, relayOrigin, sessionAddress } = await import('./relay-origin.ts');
		expect(relayOrigin()).toBe('https://parley.example');
		expect(relayAddress('/v1/health')).toBe('/v1/health');
		expect(sessionAddress()).toBe('wss://parley.example/v1/session');
	});

	it('is the one that is kept here, already before anybody has said so', async () => {
		kept = '"http://localhost:8080"';
		const { relayAddress, relayOrigin, sessionAddress } = await import('./relay-origin.ts');
		expect(relayOrigin()).toBe('http://localhost:8080');
		expect(relayAddress('/v1/health')).toBe('http://localhost:8080/v1/health');
		expect(sessionAddress()).toBe('ws://localhost:8080/v1/session');
	});

	it('changes as it is told to, and back', async () => {
		kept = '"http://localhost:8080"';
		const { relayAddress, sessionAddress, talkTo } = await import('./relay-origin.ts');
		talkTo('https://talk.example:8443');
		expect(relayAddress('/v1/health')).toBe('https://talk.example:8443/v1/health');
		expect(sessionAddress()).toBe('wss://talk.example:8443/v1/session');
		talkTo(null);
		expect(relayAddress('/v1/health')).toBe('/v1/health');
	});

	it.each([
		'',
		'7',
		'"javascript:alert(1)"',
		'"https://talk.example/path"',
		'"https://user:pass@talk.example"',
		'"file:///etc/passwd"',
		'"//talk.example"',
		'{'
	])('is not taken from a shelf that holds %j', async (text) => {
		kept = text;
		const { relayOrigin } = await import('./relay-origin.ts');
		expect(relayOrigin()).toBe('https://parley.example');
	});
});
