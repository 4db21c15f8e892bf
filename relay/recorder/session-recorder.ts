/** One session, as its recording tells it. Nothing is written before the person agrees, and nothing stays once they no longer do. */
import { decodeSttOut } from '../../src/lib/protocol/moshi.ts';
import type { ChatMessage } from '../../src/lib/protocol/llm.ts';
import {
	decodeRelayMessage,
	type ClientMessage,
	type RelayMessage,
	type Welcome
} from '../../src/lib/protocol/session.ts';
import type { SessionWatcher } from '../session/watcher.ts';
import type { RecordingFile } from './file.ts';
import { markOf } from './folder.ts';
import { writeLine, type RecordedEvent, type Sender } from './schema.ts';

/** Of one session, each begun with a yes and deleted with a no: a client may send such messages a hundred times a second. */
export const MOST_RECORDINGS = 10;

export interface SessionRecorderDeps {
	/** Wall time. */
	nowMs(): number;
	/** There was a yes too many: the rest of the session is not recorded. */
	tired(): void;
	/** Another file, of the conversation with this mark, where it has one. */
	begin(mark: string | null): RecordingFile;
	end(file: RecordingFile, last: string): void;
	/** Deletes this file, where there is one, and every other one with this mark, where there is one. */
	remove(file: RecordingFile | null, mark: string | null): void;
}

export class SessionRecorder implements SessionWatcher {
	readonly #deps: SessionRecorderDeps;
	/** Said in `hello`, or by `consent` since. */
	#agreed = false;
	/** What all recordings of the conversation have in common: it may have been talked on other connections before. */
	#mark: string | null = null;
	/** There may be recordings with that mark. */
	#isMarked = false;
	#welcome: Welcome | null = null;
	#file: RecordingFile | null = null;
	#begun = 0;
	/** The file is as long as it may be; it is kept at hand because it may have to be deleted. */
	#full = false;
	#hasAudio = false;
	#hasSound = false;
	#messages: readonly ChatMessage[] = [];

	constructor(deps: SessionRecorderDeps) {
		this.#deps = deps;
	}

	heard(message: ClientMessage): void {
		if (message.type === 'audio') {
			if (this.#hasAudio || this.#file === null) return;
			this.#hasAudio = true;
			return this.#write('client', { type: 'audio' });
		}
		switch (message.type) {
			case 'hello':
				this.#agreed = message.recording === true;
				this.#remember(message.recordingId);
				return;
			case 'consent':
				this.#remember(message.recordingId);
				return this.#consent(message.recording);
			case 'listen':
				this.#hasAudio = false;
				return this.#write('client', { type: 'listen', stream: message.stream });
			case 'reply': {
				this.#hasSound = false;
				if (this.#file === null) return;
				const same = sameMessages(this.#messages, message.messages);
				this.#messages = message.messages;
				return this.#write('client', { ...message, same, messages: message.messages.slice(same) });
			}
			default:
				return this.#write('client', message);
		}
	}

	sent(message: RelayMessage): void {
		if (message.type === 'welcome') {
			this.#welcome = message;
			// Not before: whoever is not let in has nothing deleted either.
			if (this.#agreed) this.#begin();
			else this.#remove();
			return;
		}
		if (message.type !== 'step' && message.type !== 'replyAudio') this.#write('relay', message);
	}

	sentFrame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		if (this.#file === null || this.#full) return;
		if (type === 'replyAudio') {
			if (this.#hasSound) return;
			this.#hasSound = true;
			return this.#write('relay', { type });
		}
		const envelope = decodeRelayMessage(message);
		if (!envelope.ok || envelope.value.type !== 'step') return;
		const step = decodeSttOut(envelope.value.frame);
		if (step.ok && step.value.type === 'Step') this.#write('relay', { type: 'step', prs: step.value.prs.map(rounded) });
	}

	leg(): void {
		// The operator's business, not the conversation's.
	}

	closing(): void {
		// `closed` follows, with the code.
	}

	closed(code: number): void {
		if (this.#file === null) return;
		const file = this.#file;
		this.#file = null;
		this.#deps.end(file, this.#line('relay', { type: 'end', reason: 'closed', code }));
	}

	#consent(recording: boolean): void {
		this.#agreed = recording;
		if (recording && this.#file === null) {
			this.#begin();
			return this.#write('client', { type: 'consent', recording });
		}
		if (!recording) this.#remove();
	}

	#remember(recordingId: string | undefined): void {
		if (recordingId === undefined || this.#mark !== null) return;
		this.#mark = markOf(recordingId);
		this.#isMarked = true;
	}

	/** Nothing stays of the conversation, whichever relay wrote it down. */
	#remove(): void {
		const file = this.#file;
		if (this.#welcome === null || (file === null && !this.#isMarked)) return;
		this.#file = null;
		this.#isMarked = false;
		this.#messages = [];
		this.#deps.remove(file, this.#mark);
	}

	/** The relay has let the browser in: whoever it does not let in is not recorded. */
	#begin(): void {
		if (this.#file !== null || this.#welcome === null || this.#begun > MOST_RECORDINGS) return;
		if (this.#begun++ === MOST_RECORDINGS) return this.#deps.tired();
		this.#file = this.#deps.begin(this.#mark);
		this.#isMarked = this.#mark !== null;
		this.#full = this.#hasAudio = this.#hasSound = false;
		this.#messages = [];
		this.#write('relay', this.#welcome);
	}

	#write(from: Sender, event: RecordedEvent): void {
		const file = this.#file;
		if (file === null || this.#full) return;
		if (file.add(this.#line(from, event)) !== 'full') return;
		this.#full = true;
		this.#messages = [];
		void file.end(this.#line('relay', { type: 'end', reason: 'size' }));
	}

	#line(from: Sender, event: RecordedEvent): string {
		return writeLine(this.#deps.nowMs(), from, event);
	}
}

/** How many messages at the beginning are as before: a history grows, and is sent whole with every reply. */
function sameMessages(before: readonly ChatMessage[], now: readonly ChatMessage[]): number {
	let same = 0;
	while (same < before.length && same < now.length) {
		const [a, b] = [before[same], now[same]];
		if (a?.role !== b?.role || a?.content !== b?.content) break;
		same++;
	}
	return same;
}

/** The STT's numbers are float32: four digits say what it knows. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
