/** The wasm package has no types. Only what espeak-worker.ts uses of it. */
declare module 'espeak-ng' {
	interface EspeakModule {
		readonly FS: { readFile(path: string): Uint8Array };
	}
	/** Runs espeak-ng's `main` once, in a memory of its own, and resolves when it has ended. */
	export default function run(options: {
		readonly arguments: readonly string[];
		/** One byte of standard input, or null at its end. */
		stdin(): number | null;
		print(line: string): void;
		printErr(line: string): void;
		instantiateWasm(
			imports: object,
			done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void
		): object;
	}): Promise<EspeakModule>;
}

/** Node has it; the relay's world has no DOM library to declare it. */
declare namespace WebAssembly {
	interface Module {
		readonly [Symbol.toStringTag]: string;
	}
	interface Instance {
		readonly exports: object;
	}
	function compile(bytes: Uint8Array): Promise<Module>;
	function instantiate(module: Module, imports: object): Promise<Instance>;
}
