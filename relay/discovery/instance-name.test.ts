import { describe, expect, it } from 'vitest';
import { seeLegs, NO_WATCHER, type LegEvent } from '../session/watcher.ts';
import { UpstreamError } from '../upstream/failure.ts';
import { openChat } from '../upstream/llm.ts';
import { connectStt } from '../upstream/stt.ts';
import { instanceName, placeOf } from './instance-name.ts';
import type { Instance } from './instance.ts';
import { createService } from './service.ts';

describe('the name of an instance', () => {
	it('counts those of a service from 1, is the same for the same one, and holds no address', () => {
		const name = (url: string, address: string | null) => instanceName('voice', placeOf({ url, address }));
		const names = [
			name('http://a:1', '192.0.2.1'),
			name('http://a:1', '192.0.2.2'),
			name('http://a:1', null),
			name('http://a:1/v1', '192.0.2.1'),
			name('ws://a:1', '192.0.2.2'),
			name('no address', null)
		];
		expect(names).toEqual(['voice-1', 'voice-2', 'voice-3', 'voice-1', 'voice-2', 'voice-4']);
	});

	it('is never given to another, however many come and go', () => {
		const all = Array.from({ length: 3000 }, (_, i) => instanceName('tts', `h ${i}`));
		expect(new Set(all).size).toBe(3000);
	});

	it.each(['stt', 'llm'] as const)('is one in the log of what failed and in what watches the %s', async (service) => {
		const events: LegEvent[] = [];
		const see = seeLegs({ ...NO_WATCHER, leg: (event) => events.push(event) }, service);
		const lines: string[] = [];
		const instances: readonly Instance[] = ['::1', '127.0.0.1'].map((address) => {
			return { url: `${service === 'stt' ? 'ws' : 'http'}://gpu.example:1`, address };
		});
		const told = createService({
			name: service,
			instances: () => Promise.resolve(instances),
			log: { debug: () => undefined, warn: (fields) => lines.push(JSON.stringify(fields)) }
		});
		const { signal } = new AbortController();
		for (const instance of instances.toReversed()) {
			const failure: unknown = await (
				service === 'stt'
					? connectStt({ ...instance, apiKey: '' }, { signal, timeoutMs: 5000, see })
					: openChat({ ...instance, apiKey: '', model: '' }, { messages: [], temperature: 0 }, signal, { see })
			).catch((error: unknown) => error);
			if (!(failure instanceof UpstreamError)) throw new Error('something listens on port 1');
			told.failed(instance, failure);
		}
		const watched = events.flatMap((event) => (event.what === 'connecting' ? [event.instance] : []));
		expect(watched).toEqual([`${service}-1`, `${service}-2`]);
		expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject(watched.map((instance) => ({ instance })));
	});
});
