import { afterEach, describe, expect, it } from 'vitest';
import {
	decodeRealtimeServerEvent,
	type RealtimeResponse,
	type RealtimeServerEvent
} from '../../../src/lib/protocol/realtime.ts';
import { Outlet } from '../outlet.ts';
import { TtsStream } from '../testing/tts-stream.ts';
import { CodecPool } from '../../codec/pool.ts';
import { Speaker } from './speaker.ts';

const pools: CodecPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

class House {
	readonly told: RealtimeServerEvent[] = [];
	readonly pool = new CodecPool(1);
	readonly speaker: Speaker;
	readonly stream = new TtsStream(1);
	failures = 0;
	#watchers: (() => void)[] = [];

	constructor() {
		pools.push(this.pool);
		const outlet = new Outlet(
			{
				remoteAddress: '',
				bufferedBytes: () => 0,
				close: () => undefined,
				send: (message) => {
					const decoded = decodeRealtimeServerEvent(String(message));
					if (!decoded.ok) throw new Error('nobody understands this');
					this.told.push(decoded.value);
					for (const watcher of this.#watchers.splice(0)) watcher();
					return 'sent';
				}
			},
			Math.random,
			() => undefined
		);
		this.speaker = new Speaker(outlet, this.pool, () => (this.failures += 1));
	}

	/** Each 80 ms, the first behind the head. */
	sound(frames: number): void {
		for (let i = 0; i < frames; i++) {
			const head = this.stream.packets.length === 0 ? this.stream.head : new Uint8Array(0);
			this.speaker.audio(Buffer.concat([head, this.stream.frame()]), 'item_1');
		}
	}

	word(delta: string): void {
		this.speaker.send({ type: 'response.text.delta', delta });
	}

	async until(count: number): Promise<string[]> {
		while (this.told.length < count) await new Promise<void>((resolve) => this.#watchers.push(resolve));
		return this.told.map((event) => (event.type === 'response.text.delta' ? event.delta : event.type));
	}
}

const response: RealtimeResponse = { object: 'realtime.response', status: 'cancelled', voice: 'v', chat_history: [] };

describe('the sound on its way out', () => {
	it('as Opus leaves at once, without any thread', () => {
		const house = new House();
		house.sound(1);
		house.word('one');
		expect(house.told.map(({ type }) => type)).toEqual(['response.audio.delta', 'response.text.delta']);
		expect([house.pool.threads, house.speaker.choose('pcm16'), house.speaker.choose('opus')]).toEqual([0, false, true]);
	});

	it('as PCM keeps its place among the events', async () => {
		const house = new House();
		expect(house.speaker.choose('pcm16')).toBe(true);
		house.word('before');
		house.sound(2);
		house.word('one');
		house.sound(1);
		house.word('two');
		house.word('three');
		expect(house.told).toHaveLength(1);
		const sound = 'response.audio.delta';
		// The first 80 ms are the stream's pre-skip, and nothing to be heard.
		expect(await house.until(6)).toEqual(['before', sound, 'one', sound, 'two', 'three']);
		const [first] = house.told.flatMap((event) => (event.type === sound ? [event] : []));
		expect(first).toMatchObject({ item_id: 'item_1' });
		expect(Buffer.from(first?.delta ?? '', 'base64')).toHaveLength(3840);
		house.word('at once');
		expect(house.told).toHaveLength(7);
	});

	it.each(['unmute.interrupted_by_vad', 'response.done'] as const)('is not heard behind %s', async (type) => {
		const house = new House();
		house.speaker.choose('pcm16');
		house.sound(3);
		house.speaker.send(type === 'response.done' ? { type, response } : { type });
		house.sound(1);
		expect(await house.until(2)).toEqual([type, 'response.audio.delta']);
	});

	it('of a client that left goes nowhere', async () => {
		const house = new House();
		house.speaker.choose('pcm16');
		house.sound(1);
		house.speaker.close();
		expect(house.pool.streams).toBe(0);
		house.speaker.close();
		await house.pool.close();
		expect([house.told, house.failures]).toEqual([[], 0]);
	});
});
