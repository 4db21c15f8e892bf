import { describe, expect, it } from 'vitest';
import type { LegEvent, Service, SessionWatcher } from './session/watcher.ts';
import { SLOW_READY_MS, SLOW_SOUND_MS, slowLog } from './slow-log.ts';

interface Watched {
	readonly watcher: SessionWatcher;
	readonly lines: string[];
	wait(ms: number): void;
}

function watched(): Watched {
	let nowMs = 0;
	const lines: string[] = [];
	const warn = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const watcher = slowLog({ warn }, () => nowMs).session({ id: 's', address: '', bufferedBytes: () => 0 });
	return { watcher, lines, wait: (ms) => void (nowMs += ms) };
}

const leg = (what: 'connecting' | 'ready', service: Service): LegEvent =>
	what === 'connecting' ? { what, service, leg: 1, instance: `${service}-3` } : { what, service, leg: 1 };
const SOUND = new Uint8Array(1);

describe('the log of what is slow', () => {
	it.each(['stt', 'llm', 'tts'] as const)(
		'names the %s that took as long as a person notices, and no quicker one',
		(service) => {
			for (const [early, expected] of [
				[1, 0],
				[0, 1]
			] as const) {
				const { watcher, lines, wait } = watched();
				watcher.leg(leg('connecting', service));
				wait(SLOW_READY_MS[service] - early);
				watcher.leg(leg('ready', service));
				expect(lines).toHaveLength(expected);
				if (expected === 1) expect(lines[0]).toContain(`"service":"${service}","instance":"${service}-3"`);
			}
		}
	);

	it('says once a reply that the voice was slow, and nothing of one that was not', () => {
		const { watcher, lines, wait } = watched();
		const reply = (number: number, waitMs: number): void => {
			watcher.heard({ type: 'reply', reply: number, messages: [], temperature: 0, speculative: false }, 1);
			watcher.sentFrame('replyAudio', SOUND); // header pages: no text was given yet
			watcher.leg({ what: 'say', service: 'tts' });
			wait(waitMs);
			for (let i = 0; i < 3; i++) {
				watcher.leg({ what: 'say', service: 'tts' });
				watcher.sentFrame('step', SOUND);
				watcher.sentFrame('replyAudio', SOUND);
			}
		};
		reply(1, SLOW_SOUND_MS - 1);
		reply(2, SLOW_SOUND_MS);
		expect(lines).toEqual([`the voice was slow to begin {"session":"s","reply":2,"tookMs":${SLOW_SOUND_MS}}`]);
	});
});
