/** Which synthesiser this machine has. */
import { StartError } from '../../start-error.ts';
import { espeakSynthesiser } from './espeak.ts';
import { systemEspeak } from './espeak-process.ts';
import { wasmEspeak } from './espeak-wasm.ts';
import type { Synthesiser } from './synthesiser.ts';

/** The system's espeak-ng (ten times as fast), else the wasm package. Rejects with StartError where there is neither. */
export async function chooseSynthesiser(): Promise<Synthesiser> {
	const runner = (await systemEspeak()) ?? wasmEspeak();
	if (runner === null) {
		throw new StartError(
			'The embedded voice needs espeak-ng, and there is none. Install it ("apt install espeak-ng", ' +
				'"brew install espeak-ng"), or run "npm install" without --omit=optional, or set TTS_URL to a speech server.'
		);
	}
	return espeakSynthesiser(runner);
}
