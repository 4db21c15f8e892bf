import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioKind } from './audio-kind.ts';
import { wav } from './testing/recordings.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text.padEnd(64, '\0'), 'latin1');

describe('the kind of a recording', () => {
	it('is told of files that real programs write', () => {
		expect(audioKind(wav(10))).toBe('wav');
		expect(audioKind(execFileSync('opusenc', ['--quiet', '-', '-'], { input: wav(2400) }))).toBe('ogg');
	});

	it.each([
		['ID3\x04\x00 an MP3 with a label', 'mp3'],
		['\xff\xfb\x90\x64 an MP3 frame', 'mp3'],
		['\xff\xf3\x80\xc4 a slower one', 'mp3'],
		['\x00\x00\x00\x20ftypM4A \x00', 'm4a'],
		['\x00\x00\x00\x18ftypmp42', 'm4a'],
		['\x1a\x45\xdf\xa3\x9f\x42\x86\x81', 'webm']
	])('is told by how it begins: %j', (text, kind) => {
		expect(audioKind(bytes(text))).toBe(kind);
	});

	it.each([
		'',
		'RIFF\x00\x00\x00\x00AVI ',
		'RIFF',
		'<!doctype html>',
		'%PDF-1.7',
		'\x89PNG\r\n\x1a\n',
		'\xff\xd8\xff\xe0 a photo',
		'\xff\xfe\x41\x00 text in UTF-16',
		'\xff\xff\xff\xff'
	])('is none: %j', (text) => {
		expect(audioKind(bytes(text))).toBeNull();
	});

	it('asks for nothing behind the end', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 11 }), (short) => {
				expect(audioKind(short)).toBeNull();
			})
		);
	});
});
