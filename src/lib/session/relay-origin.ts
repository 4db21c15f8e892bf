/**
 * Which relay is talked to: the one place that knows. Usually it served the page; a person may choose another one in the
 * settings. Whoever asks a relay for anything takes its address from here.
 */
import { SESSION_PATH } from '../protocol/handshake.ts';
import { RelayOriginSchema } from '../ui/preferences.ts';
import { KEYS, recall } from '../ui/stored.ts';

/** Undefined until somebody has said it: what asks before the page is settled asks the right one all the same. */
let other: string | null | undefined;

/** From now on this one, an http(s) origin; null: the one that served the page. */
export function talkTo(origin: string | null): void {
	other = origin;
}

function chosen(): string | null {
	if (other === undefined) other = recall(KEYS.relay, RelayOriginSchema);
	return other;
}

/** Such as `https://talk.example`: what codes and agreements are kept by. */
export const relayOrigin = (): string => chosen() ?? location.origin;

/** For `fetch`: where `path` is, such as `/v1/health`. */
export const relayAddress = (path: string): string => (chosen() ?? '') + path;

/** For a WebSocket. */
export const sessionAddress = (origin: string = relayOrigin()): string => origin.replace(/^http/, 'ws') + SESSION_PATH;
