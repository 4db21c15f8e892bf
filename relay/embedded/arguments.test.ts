import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the command line of an engine', () => {
	it('has defaults for everything but the name', () => {
		expect(readArguments(['tts'])).toEqual({
			engine: 'tts',
			port: 0,
			slots: 4,
			fault: null,
			speed: 4,
			script: null,
			heads: true
		});
	});

	it('takes options in any order', () => {
		const read = readArguments(['--slots', '2', 'stt', '--port=8090', '--fault', 'slow', '--script', 'x.json']);
		expect(read).toEqual({
			engine: 'stt',
			port: 8090,
			slots: 2,
			fault: 'slow',
			speed: 4,
			script: 'x.json',
			heads: true
		});
	});

	it.each([
		[[], 'Name one engine'],
		[['asr'], 'Name one engine'],
		[['stt', 'tts'], 'Name one engine'],
		[['tts', '--port', '70000'], '--port'],
		[['tts', '--port', '-1'], '--port'],
		[['tts', '--port', '80x'], '--port'],
		[['tts', '--slots', '0'], '--slots'],
		[['tts', '--speed', '0'], '--speed'],
		[['tts', '--speed', 'NaN'], '--speed'],
		[['tts', '--fault', 'sulk'], '--fault'],
		[['tts', '--volume', '11'], '--volume']
	])('names what is wrong with %j', (args, word) => {
		const read = readArguments(args);
		expect('mistake' in read ? read.mistake : '').toContain(word);
	});
});
