import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCallers, isNetwork, keyOf } from './address.ts';

const PROXY = '10.0.0.1';
const callers = createCallers(['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.9']);
const from = (remoteAddress: string, headers: Record<string, string> = {}): string => {
	const { key, local } = callers({ remoteAddress, headers });
	return local ? `${key} (local)` : key;
};

describe('whose request it is', () => {
	it.each([
		['a peer that is no proxy says what it likes', '203.0.113.7', { 'x-forwarded-for': '1.1.1.1' }, '203.0.113.7'],
		['the proxy is believed', PROXY, { 'x-forwarded-for': '198.51.100.4' }, '198.51.100.4'],
		['what the client wrote before it is not', PROXY, { 'x-forwarded-for': '1.1.1.1, 198.51.100.4' }, '198.51.100.4'],
		['a proxy before the proxy', PROXY, { 'x-forwarded-for': '1.1.1.1, 198.51.100.4,10.9.9.9 ' }, '198.51.100.4'],
		['an address with a port', PROXY, { 'x-forwarded-for': '198.51.100.4:5123' }, '198.51.100.4'],
		['IPv6 with a port', PROXY, { 'x-forwarded-for': '[2001:db8:1:2:3::4]:5123' }, '2001:db8:1:2::/64'],
		['a mapped address', PROXY, { 'x-forwarded-for': '::ffff:198.51.100.4' }, '198.51.100.4'],
		['an IPv6 proxy', '2001:db8:ffff::1', { 'x-forwarded-for': '198.51.100.4' }, '198.51.100.4'],
		['a proxy named alone', '192.0.2.9', { 'x-forwarded-for': '198.51.100.4' }, '198.51.100.4'],
		['Forwarded', PROXY, { forwarded: 'for=1.1.1.1, proto=https;For="[2001:db8:a:b::1]:47"' }, '2001:db8:a:b::/64'],
		['both, which agree', PROXY, { 'x-forwarded-for': '9.9.9.9', forwarded: 'for=9.9.9.9' }, '9.9.9.9'],
		['nothing from the proxy', PROXY, {}, PROXY],
		['only trusted ones', PROXY, { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' }, '10.0.0.3'],
		['this machine, as another one has it', PROXY, { 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1'],
		['this machine', '127.0.0.1', { 'x-forwarded-for': '9.9.9.9' }, '127.0.0.1 (local)'],
		['this machine over IPv6', '::1', {}, '0:0:0:0::/64 (local)'],
		['an address that nobody knows', '', {}, '']
	])('%s', (_name, peer, headers, key) => {
		expect(from(peer, headers)).toBe(key);
	});

	it.each([
		['both, which differ', { 'x-forwarded-for': '9.9.9.9', forwarded: 'for=8.8.8.8' }],
		['one of both, which is garbage', { 'x-forwarded-for': '9.9.9.9', forwarded: 'for=_hidden' }],
		['no address', { 'x-forwarded-for': 'unknown' }],
		['an empty list', { 'x-forwarded-for': '' }],
		['garbage at the trusted end', { 'x-forwarded-for': '9.9.9.9, <script>' }],
		['Forwarded without for', { forwarded: 'proto=https' }]
	])('%s is counted as the proxy, and never as this machine', (_name, headers) => {
		expect(from(PROXY, headers)).toBe(`via ${PROXY}`);
		const own = createCallers(['127.0.0.0/8']);
		expect(own({ remoteAddress: '127.0.0.1', headers })).toEqual({ key: 'via 127.0.0.1', local: false });
	});

	it('is this machine behind a proxy on this machine, where that says so', () => {
		const own = createCallers(['127.0.0.0/8']);
		const through = (address: string) => own({ remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': address } });
		expect([through('127.0.0.1'), through('192.168.1.7')]).toEqual([
			{ key: '127.0.0.1', local: true },
			{ key: '192.168.1.7', local: false }
		]);
	});

	it('is never what an untrusted peer wrote, whatever it writes', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (plain, forwarded) => {
				expect(from('203.0.113.7', { 'x-forwarded-for': plain, forwarded })).toBe('203.0.113.7');
				expect(from(PROXY, { 'x-forwarded-for': `${plain}, 198.51.100.4` })).toBe('198.51.100.4');
				expect(from(PROXY, { 'x-forwarded-for': plain, forwarded }).length).toBeLessThan(60);
			})
		);
	});
});

describe('the key that is counted', () => {
	it.each([
		['192.0.2.1', '192.0.2.1'],
		['2001:db8::1', '2001:db8:0:0::/64'],
		['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
		['2001:db8:1:2::', '2001:db8:1:2::/64'],
		['::', '0:0:0:0::/64'],
		['1::2:3:4:5:6:7', '1:0:2:3::/64'],
		['2001:DB8:0001:2::9', '2001:db8:1:2::/64']
	])('of %s is %s', (address, key) => {
		expect(keyOf(address)).toBe(key);
	});

	it('is one for a whole /64 and another for its neighbour', () => {
		const group = fc.integer({ min: 0, max: 0xffff }).map((bits) => bits.toString(16));
		fc.assert(
			fc.property(
				fc.array(group, { minLength: 4, maxLength: 4 }),
				fc.array(group, { minLength: 4, maxLength: 4 }),
				(net, host) => {
					const key = keyOf([...net, ...host].join(':'));
					// An IPv4 address in IPv6's clothes is that address.
					if (!key.includes(':')) return;
					expect(key).toBe(`${net.join(':')}::/64`);
				}
			)
		);
	});
});

describe('a network', () => {
	it.each(['10.0.0.0/8', '192.0.2.1', '::1', '2001:db8::/32', '0.0.0.0/1'])('%s is one', (text) => {
		expect(isNetwork(text)).toBe(true);
	});
	it.each([
		'0.0.0.0/0',
		'::/0',
		'10.0.0.0/33',
		'10.0.0.0/',
		'10.0.0.0/8/8',
		'10.0.0',
		'proxy',
		'',
		'::1/129',
		'fe80::1%eth0'
	])('%s is none, or everybody', (text) => {
		expect(isNetwork(text)).toBe(false);
	});
});
