/** Stands before a server and can freeze: nothing passes any more in either direction, and nobody is told. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Freezer {
	readonly port: number;
	/** Every connection from now on half open: neither bytes nor ends pass. New ones are taken, and that is all. */
	freeze(): void;
	/** Connections that the relay holds open here. */
	open(): number;
	close(): Promise<void>;
}

export async function startFreezer(target: number): Promise<Freezer> {
	const sockets = new Set<Socket>();
	let open = 0;
	let isFrozen = false;
	const pass = (from: Socket, to: Socket): void => {
		sockets.add(from);
		from.on('data', (bytes: Buffer) => !isFrozen && to.write(bytes));
		from.on('error', () => undefined);
		from.on('close', () => {
			sockets.delete(from);
			if (!isFrozen) to.destroy();
		});
	};
	const server = createServer((near) => {
		open++;
		near.once('close', () => open--);
		const far = connect(target, '127.0.0.1');
		pass(near, far);
		pass(far, near);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		port: address.port,
		freeze: () => (isFrozen = true),
		open: () => open,
		async close() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}
