import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLog } from '../log.ts';
import { createNodeTransport } from './node.ts';

describe('the node transport', () => {
	it('cuts who comes when there are as many connections as it takes, says so, and has room again afterwards', async () => {
		const lines: string[] = [];
		const log = createLog({ level: 'info', format: 'json', write: (line) => lines.push(line) });
		const app = {
			request: () => ({ status: 204 }),
			upgrade: () => ({ accept: false, response: { status: 404 } }) as const
		};
		const limits = { maxMessageBytes: 1000, maxBufferedBytes: 1000, idleTimeoutS: 8, maxConnections: 2 };
		const listening = await createNodeTransport(log).listen(app, { host: '127.0.0.1', port: 0, ...limits });
		const dial = (): Socket => connect(listening.port, '127.0.0.1').on('error', () => undefined);
		const answered = async (socket: Socket): Promise<string> => {
			socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
			return Promise.race([once(socket, 'data').then(String), once(socket, 'close').then(() => 'cut')]);
		};
		const [one, two] = [dial(), dial()];
		for (const socket of [one, two]) expect(await answered(socket)).toContain('204');
		for (let i = 0; i < 3; i++) expect(await answered(dial())).toBe('cut');
		expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ msg: 'cut connections', times: 1 }]);
		one.destroy();
		await expect.poll(() => answered(dial())).toContain('204');
		two.destroy();
		await listening.close();
	});
});
