/** One suite for every transport: what `relay/http/transport.ts` promises, seen from the other end of the wire. */
import { afterAll, beforeAll, describe } from 'vitest';
import { Client, nextId } from './client.ts';
import { closingSuite, type IdlePeers } from './closing-suite.ts';
import { httpSuite } from './http-suite.ts';
import { pressureSuite } from './pressure-suite.ts';
import { Raw } from './raw.ts';
import { candidates, type Server } from './servers.ts';
import { socketSuite } from './socket-suite.ts';
import { uploadSuite } from './upload-suite.ts';

for (const candidate of candidates) {
	if (candidate.impossible !== null)
		console.warn(`The ${candidate.name} transport is not tested: ${candidate.impossible}.`);

	describe.skipIf(candidate.impossible !== null)(`the ${candidate.name} transport`, () => {
		let server: Server;
		let client: Client;
		let idle: IdlePeers;

		beforeAll(async () => {
			server = await candidate.start();
			client = new Client(server.url);
			const id = nextId();
			const headers = await Raw.open(server.url);
			headers.write('GET /echo HTTP/1.1\r\nHost: h\r\nX-Slow: ');
			const socket = await Raw.webSocket(server.url, `/ws?id=${id}`);
			idle = { id, headers, socket, ponging: await client.open(nextId()) };
		}, 60_000);
		afterAll(() => server.close());

		httpSuite(() => client);
		uploadSuite(() => client);
		socketSuite(() => client);
		pressureSuite(() => client);
		closingSuite(
			() => client,
			() => idle,
			() => candidate.start()
		);
	});
}
