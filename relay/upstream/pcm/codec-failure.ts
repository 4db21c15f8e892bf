/** What a codec's failure is to the leg that needs it. */
import type { CodecFault } from '../../codec/pool.ts';
import { UpstreamError } from '../failure.ts';
import type { ConnectOptions } from '../moshi-socket.ts';

/**
 * The relay's own fault, and in its effect that of a server which crashed: the leg is lost, another one goes on, and the
 * next codec is a fresh thread's. No instance is to blame for it.
 */
class CodecLost extends UpstreamError {
	constructor(detail: string) {
		super('lost', detail);
	}
}

/** Sound that comes in faster than the threads can encode or decode it: this machine is overloaded. */
export const codecBehind = (): UpstreamError => new CodecLost("this relay's codec does not keep up");

export const codecFailure = (fault: CodecFault): UpstreamError =>
	fault === 'input'
		? new UpstreamError('protocol', 'what it sent is no sound of 24 kHz')
		: new CodecLost("this relay's codec failed");

/** For ConnectOptions: what is not the instance's fault is not told of it. */
export function onlyItsOwn(failed: ConnectOptions['failed']): ConnectOptions['failed'] {
	return (cause) => {
		if (!(cause instanceof CodecLost)) failed?.(cause);
	};
}
