/** What this browser can, of what Parley makes use of. What each is worth is said in i18n/topics/status.ts. */
import { findRecogniser } from '../recogniser.ts';

export const ABILITIES = [
	'secure',
	'microphone',
	'audioWorklet',
	'webAssembly',
	'worker',
	'webSocket',
	'database',
	'speakerChoice',
	'wakeLock',
	'mediaSession',
	'recogniser',
	'serviceWorker',
	'lasting'
] as const;
export type Ability = (typeof ABILITIES)[number];

/** Without these there is no spoken talk at all. */
export const NEEDED: ReadonlySet<Ability> = new Set([
	'secure',
	'microphone',
	'audioWorklet',
	'webAssembly',
	'worker',
	'webSocket'
]);

export type Abilities = Readonly<Record<Ability, boolean>>;

const has = (object: unknown, name: string): boolean =>
	(typeof object === 'object' || typeof object === 'function') && object !== null && name in object;

/** `scope`: a window. Never rejects. */
export async function findAbilities(scope: Window & typeof globalThis = window): Promise<Abilities> {
	const { navigator } = scope;
	const lasting = await Promise.resolve()
		.then(() => navigator.storage.persisted())
		.catch(() => false);
	return {
		secure: scope.isSecureContext,
		microphone: has(navigator.mediaDevices, 'getUserMedia'),
		audioWorklet: has(scope, 'AudioWorkletNode'),
		webAssembly: has(scope, 'WebAssembly'),
		worker: has(scope, 'Worker'),
		webSocket: has(scope, 'WebSocket'),
		database: has(scope, 'indexedDB') && scope.indexedDB !== null,
		speakerChoice: has(scope.AudioContext?.prototype, 'setSinkId'),
		wakeLock: has(navigator, 'wakeLock'),
		mediaSession: has(navigator, 'mediaSession'),
		recogniser: findRecogniser(scope) !== null,
		serviceWorker: has(navigator, 'serviceWorker'),
		lasting
	};
}
