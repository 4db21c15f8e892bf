/** What a kiosk asks of its relay. No answer is trusted before it is checked, and nothing here ever rejects. */
import * as v from 'valibot';
import {
	KIOSK_PATH,
	KIOSK_PING_PATH,
	KIOSK_UNLOCK_PATH,
	KioskSchema,
	type Kiosk,
	type KioskPing
} from '../../chat/characters/kiosk.ts';
import { relayAddress } from '../../session/relay-origin.ts';

/** Longer, and the relay is as good as away. */
const TIMEOUT_MS = 8_000;

export type KioskAnswer = { readonly kiosk: Kiosk } | { readonly why: 'away' | 'refused' | 'absent' };
export type UnlockAnswer = 'open' | 'wrong' | 'away' | { readonly waitS: number };

export interface RelayDesk {
	kiosk(): Promise<KioskAnswer>;
	ping(said: KioskPing): Promise<void>;
	unlock(pin: string): Promise<UnlockAnswer>;
}

/** `code`: the access code, where the relay asks for one. */
export function relayDesk(code: () => string | null, ask: typeof fetch = fetch): RelayDesk {
	async function asked(path: string, body?: object): Promise<Response | null> {
		const token = code();
		try {
			return await ask(relayAddress(path), {
				signal: AbortSignal.timeout(TIMEOUT_MS),
				headers: {
					...(token === null ? {} : { authorization: `Bearer ${token}` }),
					...(body === undefined ? {} : { 'content-type': 'application/json' })
				},
				...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
			});
		} catch {
			return null;
		}
	}

	return {
		async kiosk() {
			const answer = await asked(KIOSK_PATH);
			if (answer === null) return { why: 'away' };
			if (answer.status === 401 || answer.status === 403) return { why: 'refused' };
			if (answer.status === 404) return { why: 'absent' };
			try {
				const read = v.safeParse(KioskSchema, answer.ok ? await answer.json() : null);
				return read.success ? { kiosk: read.output } : { why: 'away' };
			} catch {
				return { why: 'away' };
			}
		},
		async ping(said) {
			await asked(KIOSK_PING_PATH, said);
		},
		async unlock(pin) {
			const answer = await asked(KIOSK_UNLOCK_PATH, { pin });
			if (answer === null || answer.status >= 500) return 'away';
			if (answer.status === 204) return 'open';
			if (answer.status !== 429) return 'wrong';
			return { waitS: Math.max(1, Number(answer.headers.get('retry-after')) || 60) };
		}
	};
}
