import { describe, expect, it } from 'vitest';
import { USUAL } from '../preferences.ts';
import { reportText, type Reported } from './report.ts';
import { sameVersion } from './versions.ts';

const BUILD = { name: 'parley', version: '0.1.0', transport: 'node', node: 'v24.0.0' };
const NOTHING: Reported = {
	app: '0.1.0+abcd1234',
	build: null,
	health: null,
	state: 'offline',
	abilities: null,
	trial: { roundTripMs: undefined, talk: undefined, codec: undefined, loopback: undefined },
	choices: USUAL,
	language: 'en',
	userAgent: 'Browser/1',
	at: new Date(0)
};

describe('the report', () => {
	it('says what is not known', () => {
		const text = reportText(NOTHING);
		expect(text).toContain('Parley 0.1.0+abcd1234, 1970-01-01T00:00:00.000Z');
		expect(text).toContain('relay: unknown');
		expect(text).toContain('stt: unknown');
		expect(text.match(/not tried/g)).toHaveLength(4);
	});

	it('holds no address, no name of a device, no instructions of anybody’s', () => {
		const choices = {
			...USUAL,
			relay: 'https://secret.example',
			microphone: 'device-id-1',
			speaker: 'device-id-2',
			character: {
				id: 'x',
				name: 'Secret Name',
				language: 'en' as const,
				instructions: { type: 'constant' as const, text: 'Secret words' },
				good: true
			}
		};
		const text = reportText({ ...NOTHING, build: BUILD, choices });
		expect(text).not.toMatch(/secret|device-id/i);
		expect(text).toContain('another one');
		expect(text).toContain('own microphone: true');
	});
});

describe('the versions', () => {
	it('are the same where the package’s is, whatever the build', () => {
		expect(sameVersion('0.1.0+abcd1234', BUILD)).toBe(true);
		expect(sameVersion('0.1.0', BUILD)).toBe(true);
		expect(sameVersion('0.1.1+abcd1234', BUILD)).toBe(false);
		expect(sameVersion('0.1.0', { ...BUILD, name: 'another' })).toBe(false);
	});
});
