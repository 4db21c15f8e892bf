/**
 * What servers that only speak PCM cost a relay, beside the same ones asked for Opus: `npm run bench:formats -- [TALKERS]
 * [SECONDS] [FORMAT]`. Each talks for two seconds out of eight, is answered in four of the others, and the microphone is never off.
 * The servers are the embedded ones, in the bench's own process; the relay has a process of its own, and its codec's threads
 * count with it. CPU is the whole process', threads included; the delay is the event loop's alone.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { connectWith } from '../../loadtest/socket.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSimpleSttEngine } from '../../relay/embedded/simple/stt.ts';
import { startSimpleTtsEngine } from '../../relay/embedded/simple/tts.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import type { Synthesiser } from '../../relay/embedded/tts/synthesiser.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { RealtimeClient } from '../../src/lib/client/index.ts';
import { startRelay } from '../parley.ts';
import { makeSound } from '../realtime/sound.ts';
import { TURN_MS, Wheel } from '../wheel.ts';

const PACKETS_PER_FRAME = 4;
const CYCLE_FRAMES = 100;
const WARM_UP_MS = 5000;
const WORD_S = 0.25;
/** Four seconds. */
const ANSWER = Array.from({ length: 4 }, () => 'one two three four.').join(' ');
const [, , talkersGiven = '20', secondsGiven = '20', only] = process.argv;
const [talkers, seconds] = [Number(talkersGiven), Number(secondsGiven)];

/** A tone that moves, so that the codec has something to do. */
const voice: Synthesiser = {
	name: 'bench',
	voices: () => [],
	speak(text) {
		const words = text.split(/\s+/).filter((word) => word !== '');
		const pcm = Float32Array.from(
			{ length: words.length * WORD_S * 24_000 },
			(_, i) => 0.3 * Math.sin(i / (10 + 5 * Math.sin(i / 3000))) * (0.6 + 0.4 * Math.sin(i / 900))
		);
		const times = words.map((word, i) => ({ text: word, startS: i * WORD_S, stopS: (i + 1) * WORD_S }));
		return Promise.resolve({ pcm, words: times });
	}
};
const script = { utterances: Array.from({ length: 1000 }, () => ({ text: 'How are you today' })) };
const slots = 4 * talkers;
const moshi = {
	stt: (heads: boolean) => () => startSttEngine({ script, slots, heads, log: () => undefined }),
	tts: () => startTtsEngine({ synthesiser: voice, slots })
};
const CASES = {
	opus: { env: {}, stt: moshi.stt(true), tts: moshi.tts },
	'opus, pauses by energy': { env: { STT_PAUSES: 'energy' }, stt: moshi.stt(false), tts: moshi.tts },
	pcm: { env: { STT_FORMAT: 'pcm', TTS_FORMAT: 'pcm' }, stt: moshi.stt(true), tts: moshi.tts },
	simple: {
		env: { STT_FORMAT: 'simple', TTS_FORMAT: 'simple' },
		stt: () => startSimpleSttEngine({ script, slots }),
		tts: () => startSimpleTtsEngine({ synthesiser: voice, slots })
	}
} as const;

const wheel = new Wheel();
const sound = await makeSound();

for (const [name, { env, stt: startStt, tts: startTts }] of Object.entries(CASES)) {
	if (only !== undefined && only !== name) continue;
	const [stt, tts, llm] = await Promise.all([
		startStt(),
		startTts(),
		startLlmEngine({ script: { replies: [ANSWER] }, slots })
	]);
	const relay = await startRelay({ moshiUrl: stt.url, llmUrl: llm.url }, undefined, { ...env, TTS_URL: tts.url });
	let answers = 0;
	const problems: string[] = [];
	const leave = await Promise.all(
		Array.from({ length: talkers }, async (_, nth) => {
			const client = new RealtimeClient({ url: `ws://127.0.0.1:${relay.port}`, connect: connectWith() });
			client.on('response.audio.done', () => (answers += 1));
			client.on('error', ({ error }) => problems.push(error.code ?? error.type));
			await client.ready;
			client.send({ type: 'session.update', session: { instructions: 'Be brief.' } });
			const pager = new OggOpusPager({ serial: nth, packetsPerPage: PACKETS_PER_FRAME });
			client.append(pager.headPages());
			let sent = nth * 7;
			const stop = wheel.every((nth * 31) % TURN_MS, () => {
				const at = sent++ % CYCLE_FRAMES;
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
			format: name,
			talkers,
			seconds,
			answers,
			cpuMsPerTalkerSecond: Math.round((100 * (after.cpuMsBefore - before.cpuMsAfter)) / talkers / seconds) / 100,
			loopDelayMsP99: after.loopDelayMsP99,
			rssMiB: Math.round(after.rssBytes / 2 ** 20),
			problems
		})
	);
	await Promise.all(leave.map((one) => one()));
	await relay.stop();
	await Promise.all([stt.close(), tts.close(), llm.close()]);
}
wheel.stop();
process.exit(0);
