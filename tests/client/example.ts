import { createWriteStream } from 'node:fs';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder } from '../../src/lib/audio/opus.ts';
import { audioOf, RealtimeClient } from '../../src/lib/client/index.ts';

const [, , url = 'ws://localhost:8080', file = 'greeting.ogg'] = process.argv;
const client = new RealtimeClient({ url });
const answer = createWriteStream(file);
client.on('unmute.response.text.delta.ready', ({ delta }) => process.stdout.write(delta));
client.on('response.audio.delta', (event) => void answer.write(audioOf(event)));
client.on('response.audio.done', () => client.close());
client.on('error', ({ error }) => console.error(error.type, error.message));
if (!(await client.ready)) throw new Error((await client.ended).why);
client.send({ type: 'session.update', session: { instructions: { type: 'smalltalk' }, allow_recording: false } });

// The server's clock is the sound that it gets: 20 ms of silence, every 20 ms, four of them a page.
const [encoder, pager] = [await createOpusEncoder(), new OggOpusPager({ serial: 1 })];
client.append(pager.headPages());
const microphone = setInterval(() => {
	const page = pager.push(encoder.encode(new Float32Array(480)));
	if (page !== null) client.append(page);
}, 20);
console.log(`\nended: ${(await client.ended).why}`);
clearInterval(microphone);
answer.end();
