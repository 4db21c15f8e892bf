import { describe, expect, it } from 'vitest';
import { readOptions, type Options } from './options.ts';

function read(...args: string[]): Options {
	const options = readOptions(args);
	if (options === null || 'mistake' in options) throw new Error(options?.mistake ?? 'help');
	return options;
}
const mistake = (...args: string[]): string => {
	const options = readOptions(args);
	return options !== null && 'mistake' in options ? options.mistake : '';
};

describe('the command line', () => {
	it('measures a relay of its own where nothing is said', () => {
		expect(read()).toMatchObject({
			own: true,
			foreign: [],
			talkers: [4, 16],
			seconds: 20,
			ramp: false,
			serve: false,
			formats: ['opus'],
			enginesPort: 0
		});
	});

	it('measures another server instead, on engines whose address is known beforehand', () => {
		const options = read('--url', 'ws://127.0.0.1:8000', '--pid', '42', '--name', 'unmute');
		expect(options).toMatchObject({ own: false, enginesPort: 28_100 });
		expect(options.foreign).toEqual([{ name: 'unmute', url: 'ws://127.0.0.1:8000', pid: 42 }]);
	});

	it('measures others beside its own, with their process or without', () => {
		const options = read('--also', 'ws://a:1,7,one', '--also', 'wss://b', '--engines-port', '9000');
		expect(options).toMatchObject({ own: true, enginesPort: 9000 });
		expect(options.foreign).toEqual([
			{ name: 'one', url: 'ws://a:1', pid: 7 },
			{ name: 'server', url: 'wss://b', pid: null }
		]);
	});

	it('takes both formats, one after the other', () => {
		expect(read('--format', 'opus,pcm16').formats).toEqual(['opus', 'pcm16']);
		expect(mistake('--format', 'mp3')).toBe('--format takes opus or pcm16, not "mp3".');
	});

	it('names what is wrong', () => {
		expect(mistake('--talkers', '4,none')).toContain('--talkers');
		expect(mistake('--talkers', '')).toContain('--talkers');
		expect(mistake('--seconds', '0')).toContain('--seconds');
		expect(mistake('--url', 'localhost')).toContain('--url');
		expect(mistake('--also', 'ws://a,seven')).toContain('process id');
		expect(mistake('--nonsense')).toContain('--nonsense');
		expect(readOptions(['--help'])).toBeNull();
	});
});
