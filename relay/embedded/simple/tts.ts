/**
 * The embedded TTS in the simple dialect: `POST /synthesize` with `{"text", "voice"?}`, answered with its sound as float32,
 * 24 kHz, little-endian, as it is made. The voice is the other one's (`tts/`).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { FRAME_MS, FRAME_SAMPLES } from '../../../src/lib/audio/frames.ts';
import { parseJsonWith } from '../../../src/lib/protocol/llm.ts';
import type { Engine, EngineOptions, FaultName } from '../engine.ts';
import { floatBytes } from '../../codec/codec.ts';
import { listenLoopback } from '../loopback.ts';
import { chooseSynthesiser } from '../tts/choose.ts';
import { Pace } from '../tts/pace.ts';
import type { Synthesiser } from '../tts/synthesiser.ts';
import { voiceFor } from '../tts/voices.ts';

const PATH = '/synthesize';
const DEFAULT_SLOTS = 4;
const DEFAULT_SPEED = 4;
const SLOWDOWN = 5;
const MAX_BODY_BYTES = 64 * 1024;
/** As for the other engines: after so many frames of sound. */
const FRAMES_BEFORE_FAULT = 3;
/** Read as float32, these are no numbers. */
const GARBAGE = new Uint8Array(FRAME_SAMPLES * 4).fill(0xff);

const Request = v.object({
	text: v.pipe(v.string(), v.maxLength(10_000)),
	voice: v.optional(v.string())
});

export interface SimpleTtsEngineOptions extends EngineOptions {
	/** Times real time, above 0; default 4. */
	readonly speed?: number;
	/** Default: the system's espeak-ng, else the wasm package. One given here is the caller's to close. */
	readonly synthesiser?: Synthesiser;
	/** Whether an answer says its length (it then comes once all of it is made). Default false. */
	readonly tellsLength?: boolean;
}

export interface SimpleTtsEngine extends Engine {
	/** What it was asked to say, in order. */
	readonly asked: readonly string[];
}

export async function startSimpleTtsEngine(options: SimpleTtsEngineOptions = {}): Promise<SimpleTtsEngine> {
	const { slots = DEFAULT_SLOTS, speed = DEFAULT_SPEED, tellsLength = false } = options;
	const synthesiser = options.synthesiser ?? (await chooseSynthesiser());
	const asked: string[] = [];
	let used = 0;
	const loopback = await listenLoopback(options, (request, response) => {
		answer(request, response, loopback.fault()).catch(() => response.destroy());
	});

	async function answer(request: IncomingMessage, response: ServerResponse, fault: FaultName | null): Promise<void> {
		if (fault === 'never') return;
		if (fault === 'full' || used >= slots) return refuse(response, 503);
		if (fault === 'unauthorized') return refuse(response, 401);
		if (request.url !== PATH) return refuse(response, 404);
		if (request.method !== 'POST') return refuse(response, 405);
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		used++;
		try {
			const parsed = parseJsonWith(Request, await bodyOf(request));
			if (!parsed.ok) return refuse(response, 422);
			const { text, voice = null } = parsed.value;
			asked.push(text);
			const { pcm } = await synthesiser.speak(text, voiceFor(voice), gone.signal);
			response.writeHead(200, {
				'content-type': 'application/octet-stream',
				...(tellsLength ? { 'content-length': String(4 * pcm.length) } : {})
			});
			await play(pcm, response, fault, gone.signal);
		} finally {
			used--;
		}
	}

	async function play(
		pcm: Float32Array,
		response: ServerResponse,
		fault: FaultName | null,
		signal: AbortSignal
	): Promise<void> {
		const pace = new Pace(((fault === 'slow' ? SLOWDOWN : 1) * FRAME_MS) / speed);
		let frames = 0;
		for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) {
			await pace.next(signal);
			const frame = floatBytes(pcm.subarray(at, at + FRAME_SAMPLES));
			if (frames++ === FRAMES_BEFORE_FAULT && (await suffer(fault, response, signal))) return;
			if (!response.write(frame)) await drained(response, signal);
		}
		response.end();
	}

	return {
		url: `http://${options.host ?? '127.0.0.1'}:${loopback.port}`,
		port: loopback.port,
		asked,
		setFault: loopback.setFault,
		usedSlots: () => used,
		async close() {
			await loopback.close();
			if (options.synthesiser === undefined) await synthesiser.close?.();
		}
	};
}

/** True where nothing more is to be sent. */
async function suffer(fault: FaultName | null, response: ServerResponse, signal: AbortSignal): Promise<boolean> {
	switch (fault) {
		case 'diesMidStream':
			response.destroy();
			return true;
		case 'leaves':
			response.end(); // half of it, as if it were all
			return true;
		case 'hangs':
		case 'halfOpen':
			// Of a request there is no other side that could answer a ping: both are silence.
			await wait(2 ** 31 - 1, undefined, { signal, ref: false });
			return true;
		case 'garbage':
			response.write(GARBAGE);
			return false;
		default:
			return false;
	}
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		response.once('drain', resolve);
		signal.addEventListener('abort', () => resolve(), { once: true });
	});
}

function refuse(response: ServerResponse, status: number): void {
	response.writeHead(status).end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const part of request.setEncoding('utf8')) {
		text += String(part);
		if (text.length > MAX_BODY_BYTES) throw new RangeError('too long');
	}
	return text;
}
