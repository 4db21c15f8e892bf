import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { nameServers, serverUrl, servers, type Servers } from './servers.ts';

const read = (text: string): Servers | string => {
	const parsed = v.safeParse(servers('tts'), text);
	return parsed.success ? parsed.output : (parsed.issues[0]?.message ?? '');
};

describe('where the servers of a service are', () => {
	it('is one address, or several with commas or spaces between', () => {
		expect(read('http://a/')).toEqual({ urls: ['ws://a'] });
		expect(read('ws://a:1, wss://b/base,\n ws://c ')).toEqual({ urls: ['ws://a:1', 'wss://b/base', 'ws://c'] });
	});

	it('is a file, by its absolute path', () => {
		expect(read('file:/run/parley/instances')).toEqual({ file: '/run/parley/instances' });
		expect(read('file:///run/a%20b')).toEqual({ file: '/run/a b' });
		for (const wrong of ['file:instances', 'file://host/path', 'file:', 'file:////x'])
			expect(read(wrong)).toMatch(/^must name an absolute path/);
	});

	it('is told wrong without being repeated, by its place in the list', () => {
		expect(read('ws://a ftp://secret')).toBe('(server 2) must begin with http://, https://, ws:// or wss://');
		expect(read('ws://a,file:/secret')).toMatch(/^\(server 2\) must begin/);
		expect(read(' , ')).toBe('names no server');
		expect(read('ws://a '.repeat(65))).toBe('may name at most 64 servers');
		expect(serverUrl('voice', 'http://secret/api/voice')).toEqual({
			fault: 'must end before /api/voice: the relay adds that itself'
		});
	});

	it('is read without throwing, whatever it is', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.string().map((text) => `file:${text}`)
				),
				(text) => {
					expect(['string', 'object']).toContain(typeof read(text));
				}
			)
		);
	});
});

describe('name servers', () => {
	const read = (text: string): readonly string[] | null => {
		const parsed = v.safeParse(nameServers, text);
		return parsed.success ? parsed.output : null;
	};
	it('are IP addresses, with a port or without', () => {
		const good = ['192.0.2.1', '192.0.2.1:5353', '2001:db8::1', '[2001:db8::1]:53'];
		expect(read(good.join(', '))).toEqual(good);
		expect(read('')).toEqual([]);
	});
	it.each(['dns.example', '192.0.2.1:0', '192.0.2.1:70000', '[192.0.2.1]:53', '192.0.2.1:', '192.0.2.256'])(
		'are not %s',
		(text) => {
			expect(read(text)).toBeNull();
		}
	);
});
