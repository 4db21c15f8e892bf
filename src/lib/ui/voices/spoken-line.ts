/**
 * One sentence in one voice, through a session of its own: an answer whose words are all given, so that no model is asked.
 * Whoever may talk to the relay may hear its voices.
 */
import { decodeTtsOut } from '../../protocol/moshi.ts';
import { Dial, type DialOptions } from '../../session/worker/dial.ts';

export interface Line {
	/** Null: the voice that the relay chooses. */
	readonly voice: string | null;
	readonly language: 'en' | 'fr';
	readonly text: string;
}

export interface LineHost {
	/** Bytes of an Ogg-Opus stream, in order. */
	page(bytes: Uint8Array): void;
	/** Once: nothing more comes. `whole`: all of it came. */
	over(whole: boolean): void;
}

/** A sentence takes two seconds; a relay that looks for a free place in vain says so before. */
const LIMIT_MS = 15_000;
const REPLY = 1;

/** The answer gives it up, and nothing more is heard of it. */
export function speakLine(
	{ voice, language, text }: Line,
	{ url, token = null, connect, nowMs, later }: Pick<DialOptions, 'url' | 'token' | 'connect' | 'nowMs' | 'later'>,
	host: LineHost
): () => void {
	const close = (): void => {
		cancelLimit();
		dial.close();
	};
	const over = (whole: boolean): void => {
		close();
		host.over(whole);
	};
	const cancelLimit = later(LIMIT_MS, () => {
		over(false);
	});
	const dial = new Dial(
		{ url, language, client: 'parley voice preview', token, connect, nowMs, later },
		{
			welcome: () => {
				dial.send({
					type: 'reply',
					reply: REPLY,
					messages: [{ role: 'user', content: text }],
					temperature: 0,
					speculative: false,
					begin: text,
					written: true,
					...(voice === null ? {} : { voice })
				});
			},
			message: (message) => {
				if (message.type === 'replyAudio' && message.reply === REPLY) {
					const decoded = decodeTtsOut(message.frame);
					if (decoded.ok && decoded.value.type === 'OggOpus') host.page(decoded.value.data);
					// Another would speak for it: that is not what was to be heard.
				} else if (message.type === 'problem' && message.code === 'voice_gone') over(false);
				else if (message.type === 'replyDone') over(message.outcome === 'complete');
			},
			gone: () => {
				cancelLimit();
				host.over(false);
			}
		}
	);
	return close;
}
