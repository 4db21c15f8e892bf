/** A browser that has said hello, before a scripted LLM and a scripted TTS. */
import type { ServerResponse } from 'node:http';
import { decodeTtsIn, type TtsOut } from '../../../src/lib/protocol/moshi.ts';
import type { RelayMessage, ReplyRequest } from '../../../src/lib/protocol/session.ts';
import { serveChat, type ChatScript, type ChatServer } from '../../upstream/testing/chat-server.ts';
import { serveMoshi, type MoshiClient, type MoshiServer } from '../../upstream/testing/moshi-server.ts';
import { createSessions, type Sessions } from '../index.ts';
import { FakeClock } from './fake-clock.ts';
import { TestBrowser } from './test-browser.ts';
import { testDeps, type TestTargets } from './test-deps.ts';

export interface ReplyHouse {
	readonly browser: TestBrowser;
	readonly sessions: Sessions;
	readonly clock: FakeClock;
	readonly lines: string[];
	readonly llm: ChatServer;
	readonly tts: MoshiServer;
	/** Every upstream lets go: resolves when no connection of the session is left. */
	freed(): Promise<void>;
	close(): Promise<void>;
}

export const READY: TtsOut = { type: 'Ready' };

export async function replyHouse(
	chat: ChatScript,
	speak: (client: MoshiClient, number: number) => void = parrot,
	targets: TestTargets = {}
): Promise<ReplyHouse> {
	const llm = await serveChat(chat);
	const tts = await serveMoshi(speak);
	const clock = new FakeClock();
	const { deps, lines } = testDeps({ llm: llm.url, tts: tts.url, clock, ...targets });
	const sessions = createSessions(deps);
	const browser = new TestBrowser(sessions);
	browser.hello(targets.language);
	return {
		browser,
		sessions,
		clock,
		lines,
		llm,
		tts,
		async freed() {
			await llm.idle();
			await Promise.all(tts.clients.map((client) => client.gone));
		},
		async close() {
			browser.vanish();
			await Promise.all([llm.close(), tts.close()]);
		}
	};
}

/** A voice that speaks every word at once, the sound before the word, and closes after Eos as moshi-server does. */
export function parrot(client: MoshiClient): void {
	client.send(READY, sound(0));
	let words = 0;
	client.socket.on('message', (data) => {
		const message = decodeTtsIn(Buffer.isBuffer(data) ? data : new Uint8Array());
		if (!message.ok) throw new Error('the TTS was sent nonsense');
		if (message.value.type === 'Eos') return client.socket.close();
		if (message.value.type !== 'Text') return;
		words++;
		client.send(sound(words), spoken(message.value.text.trim(), words));
	});
}

/** One frame of sound, told apart by its only byte. */
export const sound = (byte: number): TtsOut => ({ type: 'OggOpus', data: Uint8Array.of(byte) });
export const spoken = (text: string, atS: number): TtsOut => ({ type: 'Text', text, start_s: atS, stop_s: atS + 0.5 });

/** What the TTS was told, in order. */
export function told(client: MoshiClient | undefined): string[] {
	return (client?.received ?? []).map((bytes) => {
		const message = decodeTtsIn(bytes);
		if (!message.ok) return 'nonsense';
		return message.value.type === 'Text' ? message.value.text : message.value.type;
	});
}

export function request(reply: number, more: Partial<ReplyRequest> = {}): ReplyRequest {
	const messages = [{ role: 'user' as const, content: 'My secret is nightingale.' }];
	return { type: 'reply', reply, messages, temperature: 0.3, speculative: false, ...more };
}

/** Messages without what differs from run to run, short enough to compare. */
export function story(received: readonly RelayMessage[]): string[] {
	return received.flatMap((message) => {
		switch (message.type) {
			case 'replyWord':
				return [`word ${message.reply}:${message.text}`];
			case 'replyText':
				return [`text ${message.reply}:${message.text} ${message.startS}–${message.stopS}`];
			case 'replyAudio':
				return [`audio ${message.reply}:${String(message.frame.at(-1))}`];
			case 'replyDone':
				return [`done ${message.reply} ${message.outcome}`];
			case 'problem':
				return [`problem ${String(message.reply)} ${message.fault} ${message.code}`];
			default:
				return [];
		}
	});
}

export const stream = (response: ServerResponse): ServerResponse =>
	response.writeHead(200, { 'content-type': 'text/event-stream' });
