/** Whether anything listens at an instance: what a fetch, which only tells of answers, keeps to itself. */
import { connect } from 'node:net';
import type { Instance } from '../discovery/instance.ts';
import { networkFailure } from './failure.ts';

/**
 * Opens a TCP connection and ends it. Resolves at once where the instance is named by no address: a proxy may stand
 * before it. Rejects with UpstreamError, also where `signal` aborts.
 */
export function reach({ url, address }: Instance, signal: AbortSignal): Promise<void> {
	if (address === null) return Promise.resolve();
	const { port, protocol } = new URL(url);
	const usual = protocol === 'https:' || protocol === 'wss:' ? 443 : 80;
	return new Promise((resolve, reject) => {
		const socket = connect({ host: address, port: port === '' ? usual : Number(port), signal });
		socket.once('connect', () => {
			resolve();
			socket.destroy();
		});
		// Stays: an abort after the connection is an error too.
		socket.on('error', (error) => reject(networkFailure(error)));
	});
}
