import { describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { chooseTransport } from './transports.ts';

const missing = (): Promise<unknown> => Promise.reject(new Error('Cannot find package\nwith a long story'));
const shape = {
	App: () => undefined,
	us_socket_local_port: () => 0,
	us_listen_socket_close: () => undefined,
	DISABLED: 0,
	LIBUS_LISTEN_EXCLUSIVE_PORT: 1
};

describe('the choice of a transport', () => {
	it('takes uWebSockets.js where it can be loaded, as a default export or not', async () => {
		expect((await chooseTransport('auto', silentLog, () => Promise.resolve(shape))).name).toBe('uws');
		expect((await chooseTransport('uws', silentLog, () => Promise.resolve({ default: shape }))).name).toBe('uws');
	});

	it('falls back to node where it cannot, or where it is not what it was', async () => {
		expect((await chooseTransport('auto', silentLog, missing)).name).toBe('node');
		for (const strange of [
			null,
			'text',
			{},
			{ default: null },
			{ ...shape, App: 1 },
			{ ...shape, DISABLED: undefined }
		]) {
			expect((await chooseTransport('auto', silentLog, () => Promise.resolve(strange))).name).toBe('node');
		}
	});

	it('does not even look where node was asked for', async () => {
		const load = (): Promise<unknown> => Promise.reject(new Error('looked'));
		expect((await chooseTransport('node', silentLog, load)).name).toBe('node');
	});

	it('says what to do where uws was asked for by name and is not there', async () => {
		await expect(chooseTransport('uws', silentLog, missing)).rejects.toThrow(
			/Cannot find package\. Run "npm run uws", or set TRANSPORT=auto\.$/
		);
		await expect(chooseTransport('uws', silentLog, () => Promise.resolve({}))).rejects.toThrow(/lacks functions/);
	});
});
