import { describe, expect, it } from 'vitest';
import { readConfig, type Config } from '../config.ts';

function voices(env: Record<string, string>): Config['voices'] {
	const read = readConfig(env);
	if (!read.ok) throw new Error(read.mistakes.join('\n'));
	return read.config.voices;
}

function mistakes(env: Record<string, string>): readonly string[] {
	const read = readConfig(env);
	return read.ok ? [] : read.mistakes;
}

describe('the settings of voices', () => {
	it('are nobody who clones, and this process’s own cache, unless they are set', () => {
		expect(voices({})).toEqual({ cloning: { servers: null, apiKey: 'public_token' }, redisUrl: null });
	});

	it('are read under our names and under Unmute’s', () => {
		const expected = {
			cloning: { servers: { urls: ['http://voices:8092'] }, apiKey: 'k' },
			redisUrl: 'redis://:pass@cache:6379/1'
		};
		const key = { VOICE_CLONING_API_KEY: 'k' };
		const redis = 'redis://:pass@cache:6379/1';
		expect(voices({ ...key, VOICE_CLONING_URL: 'ws://voices:8092/', REDIS_URL: redis })).toEqual(expected);
		expect(voices({ ...key, KYUTAI_VOICE_CLONING_URL: 'http://voices:8092', KYUTAI_REDIS_URL: redis })).toEqual(
			expected
		);
	});

	it('are refused with what to do, and no secret is repeated', () => {
		const all = mistakes({
			VOICE_CLONING_URL: 'http://voices/api/voice',
			VOICE_CLONING_API_KEY: 'two words',
			REDIS_URL: 'http://me:hunter2@cache'
		});
		expect(all).toEqual([
			expect.stringMatching(/^VOICE_CLONING_URL must end before \/api\/voice/),
			expect.stringMatching(/^VOICE_CLONING_API_KEY may hold only printable ASCII/),
			expect.stringMatching(/^REDIS_URL must begin with redis:\/\//)
		]);
		expect(all.join()).not.toContain('hunter2');
	});

	it('are asked after where one is misspelt', () => {
		const read = readConfig({ VOICE_CLONNING_URL: 'http://voices', KYUTAI_REDIS_URI: 'redis://cache' });
		expect(read.warnings).toEqual([
			'VOICE_CLONNING_URL is not read: did you mean VOICE_CLONING_URL?',
			'KYUTAI_REDIS_URI is not read: did you mean REDIS_URL?'
		]);
	});
});
