/** Writes into the log which upstream kept a person waiting: what failed is told as a problem, what was only slow is not. */
import type { Log } from './log.ts';
import { NO_WATCHER, type Service, type Watch } from './session/watcher.ts';

/**
 * From the connection to a slot, or from the question to the first token, in milliseconds: several times what each takes
 * where it has nothing else to do, and as much as a person notices.
 */
export const SLOW_READY_MS: Readonly<Record<Service, number>> = { stt: 500, llm: 1500, tts: 500 };
/** From the first text given to the TTS to the first sound. */
export const SLOW_SOUND_MS = 1500;

export function slowLog(log: Pick<Log, 'warn'>, nowMs: () => number = () => performance.now()): Watch {
	return {
		session({ id: session }) {
			const connecting = new Map<number, { readonly sinceMs: number; readonly instance: string }>();
			let reply: number | null = null;
			let firstSayMs: number | null = null;
			let hasSound = false;
			return {
				...NO_WATCHER,
				heard(message) {
					if (message.type !== 'reply') return;
					({ reply } = message);
					firstSayMs = null;
					hasSound = false;
				},
				leg(event) {
					if (event.what === 'connecting') {
						connecting.set(event.leg, { sinceMs: nowMs(), instance: event.instance });
					} else if (event.what === 'say') {
						firstSayMs ??= nowMs();
					} else if ('leg' in event) {
						const begun = connecting.get(event.leg);
						connecting.delete(event.leg);
						if (begun === undefined || event.what !== 'ready') return;
						const { sinceMs, instance } = begun;
						const { service } = event;
						const tookMs = Math.round(nowMs() - sinceMs);
						if (tookMs < SLOW_READY_MS[service]) return;
						log.warn({ session, service, instance, tookMs }, 'an upstream was slow to begin');
					}
				},
				sentFrame(type) {
					if (hasSound || type === 'step' || firstSayMs === null) return;
					hasSound = true;
					const tookMs = Math.round(nowMs() - firstSayMs);
					if (tookMs >= SLOW_SOUND_MS) log.warn({ session, reply, tookMs }, 'the voice was slow to begin');
				}
			};
		},
		refused: () => undefined
	};
}
