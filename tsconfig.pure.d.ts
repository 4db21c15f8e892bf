// The few globals that exist in every host of the pure rooms: page, worker, worklet (with a polyfill-free subset) and Node.
declare class TextEncoder {
	encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
	constructor(label?: string, options?: { fatal?: boolean });
	decode(bytes?: Uint8Array): string;
}
/** Named by the worklets' messages, never used in a pure room. */
interface MessagePort {
	close(): void;
}
/** In every host but the worklets. */
interface AbortSignal {
	readonly aborted: boolean;
	addEventListener(type: 'abort', listener: () => void): void;
	removeEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
	readonly signal: AbortSignal;
	abort(): void;
}
