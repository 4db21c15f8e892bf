/**
 * What clients that speak PCM do to the event loop that all clients share, beside as many that speak Opus:
 * `node bench/realtime-pcm/run.ts [TALKERS] [SECONDS]`. Each talks for two seconds out of eight, and the microphone is never
 * off. The engines are those of bench/realtime.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { connectWith } from '../../loadtest/socket.ts';
import { pcmOf } from '../../relay/codec/pcm16.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { RealtimeClient } from '../../src/lib/client/index.ts';
import { startRelay } from '../parley.ts';
import { startEngines } from '../realtime/engines.ts';
import { makeSound, SPEECH_FRAMES } from '../realtime/sound.ts';
import { voiceLike } from '../voice-like.ts';
import { TURN_MS, Wheel } from '../wheel.ts';

const PACKETS_PER_FRAME = 4;
const CYCLE_FRAMES = 100;
const WARM_UP_MS = 4000;
const [talkers = 20, seconds = 20] = process.argv.slice(2).map(Number);

const wheel = new Wheel();
const sound = await makeSound();
const voice = voiceLike(SPEECH_FRAMES * PACKETS_PER_FRAME);
const speech = Array.from({ length: SPEECH_FRAMES }, (_, nth) =>
	pcmOf(voice.slice(nth * PACKETS_PER_FRAME, (nth + 1) * PACKETS_PER_FRAME))
);
const silence = new Uint8Array(speech[0]?.length ?? 0);

for (const format of ['opus', 'pcm16'] as const) {
	const engines = await startEngines(sound, wheel, 0, () => undefined);
	const relay = await startRelay({ moshiUrl: `ws://${engines.host}`, llmUrl: `http://${engines.host}` });
	let answers = 0;
	const problems: string[] = [];
	const leave = await Promise.all(
		Array.from({ length: talkers }, async (_, nth) => {
			const client = new RealtimeClient({ url: `ws://127.0.0.1:${relay.port}`, connect: connectWith() });
			client.on('response.audio.done', () => (answers += 1));
			client.on('error', ({ error }) => problems.push(error.code ?? error.type));
			await client.ready;
			const formats = { input_audio_format: format, output_audio_format: format };
			client.send({ type: 'session.update', session: { instructions: 'Be brief.', ...formats } });
			const pager = new OggOpusPager({ serial: nth, packetsPerPage: PACKETS_PER_FRAME });
			if (format === 'opus') client.append(pager.headPages());
			let sent = nth * 7;
			const stop = wheel.every((nth * 31) % TURN_MS, () => {
				const at = sent++ % CYCLE_FRAMES;
				if (format === 'pcm16') return client.append(speech[at] ?? silence);
				for (const packet of sound.speech[at] ?? sound.silence[at % sound.silence.length] ?? []) {
					const page = pager.push(packet);
					if (page !== null) client.append(page);
				}
			});
			return async () => {
				stop();
				client.close();
				await client.ended;
			};
		})
	);
	await wait(WARM_UP_MS);
	const before = await relay.usage();
	answers = 0;
	await wait(seconds * 1000);
	const after = await relay.usage();
	console.log(
		JSON.stringify({
			format,
			talkers,
			seconds,
			answers,
			loopDelayMsP99: after.loopDelayMsP99,
			cpuMsPerTalkerSecond: (after.cpuMsBefore - before.cpuMsAfter) / talkers / seconds,
			rssMiB: after.rssBytes / 2 ** 20,
			problems: problems.length
		})
	);
	await Promise.all(leave.map((one) => one()));
	await relay.stop();
	await engines.close();
}
process.exit(0);
