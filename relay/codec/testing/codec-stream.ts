/** One stream through a pool's threads, whose answers can be waited for. */
import type { StretchEvent } from '../../ears/energy.ts';
import type { CodecFault, CodecKind, CodecPool, CodecStream } from '../pool.ts';

export interface TestStream {
	readonly parts: Uint8Array<ArrayBuffer>[];
	readonly events: StretchEvent[];
	readonly stream: CodecStream;
	/** Copied. */
	push(bytes: Uint8Array): void;
	/** Resolves once all that was pushed has come out: null, or why nothing more does. */
	drained(): Promise<CodecFault | null>;
}

export function openStream(pool: CodecPool, kind: CodecKind): TestStream {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	const events: StretchEvent[] = [];
	const failed = Promise.withResolvers<CodecFault>();
	const stream = pool.open(kind, {
		done(more, heard) {
			parts.push(...more);
			events.push(...heard);
		},
		failed: failed.resolve
	});
	return {
		parts,
		events,
		stream,
		push: (bytes) => stream.push(new Uint8Array(bytes)),
		drained: () => Promise.race([new Promise<null>((resolve) => stream.after(() => resolve(null))), failed.promise])
	};
}
