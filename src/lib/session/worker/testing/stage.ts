/** A conversation with everything around it played by the test: relay, worklets, clock. */
import { defaultCharacter } from '../../../chat/characters/default.ts';
import { OggOpusDecoder } from '../../../audio/ogg-opus-decoder.ts';
import { OggOpusPager } from '../../../audio/ogg/pager.ts';
import { createOpusEncoder, type OpusEncoder } from '../../../audio/opus.ts';
import type { ToPlayback } from '../../../audio/worklet-messages.ts';
import { encodeMoshi, encodeOggOpus } from '../../../protocol/moshi.ts';
import { replyAudioHead, withBin, wrapStep } from '../../../protocol/session.ts';
import type { PolicyName } from '../../../turn/options.ts';
import type { EarlierLine, Entry, Phase, ViewMessage } from '../../view.ts';
import { Conversation } from '../conversation.ts';
import type { Probes } from '../probes.ts';
import { FakeRelay } from './fake-relay.ts';
import { FakeTime } from './fake-time.ts';

/** What the TTS's head says to drop, at 24 kHz: moshi-server's, 80 ms. */
export const PRE_SKIP_SAMPLES = 1920;

export class Stage {
	readonly relay = new FakeRelay();
	readonly time = new FakeTime();
	readonly view: ViewMessage[] = [];
	readonly toPlayback: ToPlayback[] = [];
	readonly conversation: Conversation;
	readonly #encoder: OpusEncoder;

	static async open(policy: PolicyName, earlier: readonly EarlierLine[] = [], probes?: Probes): Promise<Stage> {
		const [encoder, decoder] = [await createOpusEncoder({ complexity: 0 }), await OggOpusDecoder.create()];
		return new Stage(encoder, decoder, policy, earlier, probes);
	}

	private constructor(
		encoder: OpusEncoder,
		decoder: OggOpusDecoder,
		policy: PolicyName,
		earlier: readonly EarlierLine[],
		probes?: Probes
	) {
		this.#encoder = encoder;
		this.conversation = new Conversation({
			url: 'ws://relay/v1/session',
			language: 'en',
			voice: null,
			character: defaultCharacter('en'),
			who: null,
			seed: 1,
			news: [],
			today: 'Friday 20 November 2026',
			earlier,
			encoder,
			decoder,
			connect: this.relay.connect,
			toPlayback: (message) => this.toPlayback.push(message),
			show: (message) => this.view.push(message),
			nowMs: this.time.now,
			timeOriginMs: 0,
			later: this.time.later,
			chance: () => 0,
			...(probes === undefined ? {} : { probes }),
			policy
		});
	}

	/** 80 ms of microphone. */
	hear(frames = 1): void {
		for (let i = 0; i < frames * 4; i++) this.hearPacket();
	}

	/** 20 ms of microphone. */
	hearPacket(): void {
		this.time.advance(20);
		this.conversation.captured({
			type: 'frame',
			pcm: new Float32Array(480),
			contextTimeS: 0,
			postedAtMs: this.time.nowMs
		});
	}

	step(pause: number, count = 1): void {
		for (let i = 0; i < count; i++) {
			const frame = encodeMoshi({ type: 'Step', step_idx: i, prs: [0, 0, pause, 0], buffered_pcm: 0 });
			this.relay.last.sayBytes(wrapStep(frame));
		}
	}

	/** Said just before what the STT has heard to the end, unless somewhere else on its stream's clock. */
	word(text: string, startS = Math.max(0, this.#streamS - 0.6)): void {
		this.relay.last.say({ type: 'word', text, startS });
	}

	/** How much of the microphone the present stream has. */
	get #streamS(): number {
		const { received } = this.relay.last;
		const begins = received.findLastIndex(({ type }) => type === 'listen');
		return received.slice(begins + 1).filter(({ type }) => type === 'audio').length * 0.08;
	}

	/** The relay answers with these words, one for each 80 ms of sound, and is done. */
	answer(reply: number, words: readonly string[], done = true): void {
		const say = (bytes: Uint8Array): void =>
			this.relay.last.sayBytes(withBin(replyAudioHead(reply), encodeOggOpus(bytes)));
		const pager = new OggOpusPager({ serial: 42, preSkip48k: PRE_SKIP_SAMPLES * 2 });
		say(pager.headPages());
		for (const [index, text] of ['', ...words].entries()) {
			if (text !== '') this.relay.last.say({ type: 'replyWord', reply, text });
			for (let packet = 0; packet < 4; packet++) {
				const page = pager.push(this.#encoder.encode(new Float32Array(480).fill(0.1)));
				if (page !== null) say(page);
			}
			const startS = index * 0.08;
			if (text !== '')
				this.relay.last.say({ type: 'replyText', reply, text: text.trim(), startS, stopS: startS + 0.08 });
		}
		if (done) this.relay.last.say({ type: 'replyDone', reply, outcome: 'complete' });
	}

	/** The playback worklet plays up to and with this many words of the reply. */
	play(reply: number, words: number): void {
		this.conversation.played({ type: 'started', reply, contextTimeS: 0 });
		const marks = this.toPlayback.filter((message) => message.type === 'word' && message.reply === reply);
		for (const mark of marks.slice(0, words)) {
			if (mark.type === 'word') this.conversation.played({ ...mark, contextTimeS: 0 });
		}
	}

	drain(reply: number): void {
		this.conversation.played({ type: 'drained', reply, playedSamples: 0 });
	}

	get phase(): Phase | undefined {
		return this.view.findLast((message) => message.type === 'phase')?.phase;
	}

	get entries(): string[] {
		const entries = new Map<number, Entry>();
		for (const message of this.view) if (message.type === 'entry') entries.set(message.entry.id, message.entry);
		return [...entries.values()].map(({ role, text, interrupted }) => `${role}: ${text}${interrupted ? '—' : ''}`);
	}

	posted(type: ToPlayback['type']): ToPlayback[] {
		return this.toPlayback.filter((message) => message.type === type);
	}

	/** Up to the end of the greeting. */
	greet(): void {
		this.relay.last.welcome();
		this.relay.last.say({ type: 'listening', stream: 1 });
		this.hear(13);
		this.step(1, 13);
		this.answer(1, ['Hello', ' there.']);
		this.play(1, 2);
		this.drain(1);
	}

	/** The person says this, and pauses. */
	speak(...words: string[]): void {
		for (const word of words) this.word(word);
		this.step(1, 9);
	}
}
