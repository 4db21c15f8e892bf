/** A relay that is shot: the browser goes to another at once and carries on, which needs nothing from the dead one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { isImpossible, killRelays, startRelay, TRANSPORTS, type RelayProcess } from './support/relay-process.ts';
import { Talker } from './support/talker.ts';
import { startUpstreams, type Upstreams } from './support/upstreams.ts';

const WORDS = 'One two three four five six seven eight nine ten.'.split(' ');
/** What the issue allows: from the kill to sound from another relay. */
const WITHIN_MS = 2000;
let upstreams: Upstreams;
beforeAll(async () => {
	upstreams = await startUpstreams({ replies: [WORDS.join(' ')], speed: 1 });
});
afterAll(() => upstreams.close());
afterEach(killRelays);

describe.each(TRANSPORTS)('a relay on %s that gets SIGKILL', (transport) => {
	const impossible = isImpossible(transport);
	if (impossible !== null) return it.skip(`cannot be tried: ${impossible}`);
	const start = (): Promise<RelayProcess> => startRelay(upstreams.env, transport);

	it('is replaced by any other: the answer goes on where it was cut, no word lost or said twice', async () => {
		const [first, second] = await Promise.all([start(), start()]);
		const messages = [{ role: 'user' as const, content: 'Count.' }];
		const stream = opusStream();
		const before = await Talker.welcome(first.url);
		before.say({ type: 'listen', stream: 1, head: stream.head });
		await before.next('listening');
		before.say({ type: 'reply', reply: 1, messages, temperature: 0, speculative: false });
		await before.next('replyText', 3);
		first.kill('SIGKILL');
		const killedMs = performance.now();
		expect((await before.closed()).code).toBe(1006);
		expect(await first.ended).toBe('SIGKILL');

		const voiced = before.of('replyText').length;
		const rest = WORDS.slice(voiced).join(' ');
		const after = await Talker.welcome(second.url);
		after.say({ type: 'listen', stream: 2, head: stream.head });
		after.say({ type: 'reply', reply: 2, messages, temperature: 0, speculative: false, begin: rest, written: true });
		await Promise.all([after.next('listening'), after.next('replyAudio', 3)]);
		expect(performance.now() - killedMs).toBeLessThan(WITHIN_MS);
		for (let i = 0; i < 125; i++) after.say({ type: 'audio', page: stream.page() }); // the microphone's ring
		await after.next('step', 100);
		expect((await after.next('replyDone')).outcome).toBe('complete');
		const said = [...before.of('replyText'), ...after.of('replyText')].map(({ text }) => text);
		expect(said).toEqual(WORDS);
		after.close();
		await upstreams.free();
	});

	it('leaves no slot taken at any server, though it could say goodbye to none', async () => {
		const relay = await start();
		const talkers = await Promise.all(Array.from({ length: 4 }, () => Talker.welcome(relay.url)));
		for (const talker of talkers) {
			talker.say({ type: 'listen', stream: 1, head: opusStream().head });
			talker.say({
				type: 'reply',
				reply: 1,
				messages: [{ role: 'user', content: 'x' }],
				temperature: 0,
				speculative: false
			});
		}
		await Promise.all(talkers.flatMap((talker) => [talker.next('listening'), talker.next('replyAudio')]));
		expect(upstreams.stt.usedSlots()).toBe(4);
		relay.kill('SIGKILL');
		await Promise.all(talkers.map((talker) => talker.closed()));
		await upstreams.free();
	});
});
