/** A load balancer before several relays: takes each connection to the first of them that answers. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Balancer {
	readonly url: string;
	/** Ports of this machine, the one to try first before the others. */
	ports: readonly number[];
	close(): Promise<void>;
}

export async function balancer(): Promise<Balancer> {
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		join(client, [...made.ports]);
	});
	function join(client: Socket, ports: number[]): void {
		const port = ports.shift();
		if (port === undefined) {
			client.destroy();
			return;
		}
		sockets.add(client);
		const relay = connect(port, '127.0.0.1');
		let isOpen = false;
		relay.on('connect', () => {
			isOpen = true;
			client.pipe(relay).pipe(client);
		});
		relay.on('error', () => {
			if (!isOpen) join(client, ports);
		});
		relay.on('close', () => {
			if (isOpen) client.destroy();
		});
		client.on('error', () => undefined);
		client.on('close', () => {
			sockets.delete(client);
			relay.destroy();
		});
	}
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const made: Balancer = {
		url: `http://localhost:${String(port)}`,
		ports: [],
		async close() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
	return made;
}
