import { createServer, type RequestListener, type Server } from 'node:http';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from './instance.ts';
import { moshiSlots, slotsOf } from './slots.ts';

const STT = '/api/asr-streaming';

describe('the slots that a server tells', () => {
	it('are those of the modules on the route, numbers as text', () => {
		const modules = [
			{ path: STT, used_slots: '3', total_slots: '64' },
			{ path: STT, used_slots: '1', total_slots: '8' },
			{ path: '/api/tts_streaming', used_slots: '8', total_slots: '8' },
			{ type: 'files' }
		];
		expect(slotsOf(JSON.stringify(modules), STT)).toEqual({ used: 4, total: 72 });
		expect(slotsOf(JSON.stringify({ asr: modules[0], files: modules[3] }), STT)).toEqual({ used: 3, total: 64 });
		expect(slotsOf('[{"used_slots":2,"total_slots":4}]', STT)).toEqual({ used: 2, total: 4 });
	});

	it.each([
		...['', '[', 'null', '"x"', '[]', '{}', '[null]', '{"detail":"Not Found"}'],
		'[{"path":"/api/other","used_slots":"1","total_slots":"2"}]',
		'[{"used_slots":"-1","total_slots":"2"}]',
		'[{"used_slots":"1e9","total_slots":"2"}]',
		'[{"used_slots":1.5,"total_slots":2}]'
	])('are none in %j', (json) => {
		expect(slotsOf(json, STT)).toBeNull();
	});

	it('are counts or none, whatever is told', () => {
		fc.assert(
			fc.property(fc.json(), (json) => {
				const slots = slotsOf(json, STT);
				expect(slots === null || (slots.used >= 0 && Number.isSafeInteger(slots.total))).toBe(true);
			})
		);
	});
});

describe('the question for slots', () => {
	const servers: Server[] = [];
	afterEach(() => {
		for (const server of servers.splice(0)) {
			server.close();
			server.closeAllConnections();
		}
	});
	async function serve(listener: RequestListener): Promise<Instance> {
		const server = createServer(listener);
		servers.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		return { url: `ws://a.name.that.nobody.has:${port}`, address: '127.0.0.1' };
	}

	it('goes to the instance’s address, with the name in Host and the key in its header', async () => {
		let told: unknown = null;
		const instance = await serve((request, response) => {
			told = [request.url, request.headers.host, request.headers['kyutai-api-key']];
			response.end(JSON.stringify([{ path: STT, used_slots: '1', total_slots: '2' }]));
		});
		expect(await moshiSlots(STT, 'key')(instance)).toEqual({ used: 1, total: 2 });
		expect(told).toEqual(['/api/modules_info', new URL(instance.url).host, 'key']);
	});

	it('is answered by nothing where the server says something else, and by why where it says nothing', async () => {
		const none = await serve((_request, response) =>
			response.writeHead(404).end('[{"used_slots":"1","total_slots":"2"}]')
		);
		expect(await moshiSlots(STT, '')(none)).toBeNull();
		const hangs = await serve(() => undefined);
		expect(await moshiSlots(STT, '', 40)(hangs)).toMatchObject({ code: 'timed_out' });
		const cutOff = await serve((request) => request.socket.destroy());
		expect(await moshiSlots(STT, '')(cutOff)).toMatchObject({ code: 'refused' });
	});

	it('does not read an answer without end', async () => {
		const endless = await serve((_request, response) => {
			const more = (): void => {
				while (response.write(' '.repeat(65_536)));
			};
			response.on('drain', more);
			more();
		});
		expect(await moshiSlots(STT, '', 5000)(endless)).toBeNull();
	});
});
