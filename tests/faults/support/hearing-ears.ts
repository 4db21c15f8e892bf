/**
 * Ears that really hear, for tests in which sound is replayed: the packets of the test's microphone say in a byte which word
 * they belong to, and the word is told the model's delay after its end, whichever server hears it.
 */
import { OggUnpager } from '../../../src/lib/audio/ogg/unpager.ts';
import { decodeSttIn } from '../../../src/lib/protocol/moshi.ts';
import { serveMoshi, type MoshiClient } from '../../../relay/upstream/testing/moshi-server.ts';

/** The last of them is silence. */
export const FRAMES_PER_WORD = 4;
/** 0.5 s, as stt-1b-en_fr. */
const DELAY_FRAMES = 7;

export const wordMarker = (word: number): number => word + 1;

export interface EarsServer {
	readonly url: string;
	/** How many were ever let in. */
	clients(): number;
	/** Says goodbye to everybody and lets nobody in any more. */
	leave(): void;
	/** Says nothing any more, and goes on answering pings. */
	hang(): void;
	/** The same, and answers no ping and no goodbye either. */
	freeze(): void;
	/** Sends bytes that are no message, and lets nobody in any more. */
	garble(): void;
	close(): Promise<void>;
}

export async function serveEars(words: readonly string[]): Promise<EarsServer> {
	let isOver = false;
	let isMute = false;
	const server = await serveMoshi(
		(client) => listen(client, words, () => isMute),
		() => (isOver ? 503 : null)
	);
	return {
		url: server.url,
		clients: () => server.clients.length,
		leave() {
			isOver = true;
			for (const { socket } of server.clients) socket.close();
		},
		hang() {
			isMute = true;
			isOver = true;
		},
		freeze() {
			isOver = true;
			for (const { socket } of server.clients) socket.pause();
		},
		garble() {
			isOver = true;
			for (const client of server.clients) client.send(new Uint8Array(37).fill(0xc1));
		},
		close: () => server.close()
	};
}

function listen(client: MoshiClient, words: readonly string[], isMute: () => boolean): void {
	client.send({ type: 'Ready' }, { type: 'Word', text: '', start_time: 0 });
	const unpager = new OggUnpager();
	let steps = 0;
	let word = 0;
	let beganStep = 0;
	const due: { readonly step: number; readonly word: number; readonly beganStep: number }[] = [];
	client.socket.on('message', (data: Buffer) => {
		const message = decodeSttIn(data);
		if (!message.ok || message.value.type !== 'OggOpus' || isMute()) return;
		const packets = unpager.push(message.value.data).flatMap((event) => (event.type === 'packet' ? [event.data] : []));
		const marker = packets[0]?.[3];
		if (marker === undefined) return;
		if (marker !== word) {
			if (word > 0) due.push({ step: steps + DELAY_FRAMES - 1, word, beganStep });
			word = marker;
			beganStep = steps;
		}
		client.send({
			type: 'Step',
			step_idx: steps++,
			prs: Array<number>(4).fill(marker === 0 ? 0.9 : 0),
			buffered_pcm: 0
		});
		while (due[0] !== undefined && due[0].step < steps) {
			const { word: told, beganStep: began } = due[0];
			due.shift();
			client.send({ type: 'Word', text: words[told - 1] ?? '?', start_time: began * 0.08 });
			client.send({ type: 'EndWord', stop_time: (began + FRAMES_PER_WORD - 1) * 0.08 });
		}
	});
}
