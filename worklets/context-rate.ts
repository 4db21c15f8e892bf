/** What the page gives both nodes. */
export interface ProcessorOptions {
	readonly processorOptions?: { readonly contextRate?: number };
}

/** The context's rate in Hz. From the options, because the polyfill's `sampleRate` is 0 until the first `process`. */
export const contextRate = (options: ProcessorOptions): number => options.processorOptions?.contextRate ?? sampleRate;
