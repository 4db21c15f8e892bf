import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';

const URLS = { STT_URL: 'ws://a:1/ws', TTS_URL: 'http://a:2' };

describe('the settings of the servers for speech', () => {
	it.each(['opus', 'pcm', 'simple'] as const)('know the format %s, of each by itself', (format) => {
		const read = readConfig({ ...URLS, STT_FORMAT: format, STT_PAUSES: 'energy' });
		expect(read).toMatchObject({
			ok: true,
			warnings: [],
			config: { stt: { format, pauses: 'energy' }, tts: { format: 'opus' } }
		});
		expect(readConfig({ ...URLS, TTS_FORMAT: format })).toMatchObject({
			config: { stt: { format: 'opus', pauses: 'model' }, tts: { format } }
		});
	});

	it.each([
		['STT_FORMAT', 'ogg'],
		['TTS_FORMAT', 'PCM'],
		['STT_PAUSES', 'vad']
	])('refuse %s=%s', (name, value) => {
		const read = readConfig({ ...URLS, [name]: value });
		expect(read.ok ? [] : read.mistakes).toEqual([expect.stringMatching(`^${name} must be one of`)]);
	});

	it.each([
		['STT_FORMAT', 'pcm'],
		['STT_PAUSES', 'energy'],
		['TTS_FORMAT', 'simple']
	])('warn of %s=%s where the server is the built-in one', (name, value) => {
		const read = readConfig({ [name]: value });
		expect([read.ok, read.warnings]).toEqual([true, [expect.stringContaining(`${name} does nothing without`)]]);
	});
});
