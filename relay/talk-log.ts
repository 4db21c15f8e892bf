/** Writes into the log what it may not hold unless the operator asks: where browsers come from, and what is said. */
import type { Log } from './log.ts';
import type { Shows } from './log-scrub.ts';
import { NO_WATCHER, type Watch } from './session/watcher.ts';

export function talkLog(log: Pick<Log, 'info'>, shows: Shows): Watch {
	return {
		session({ id: session, address }) {
			if (shows.addresses) log.info({ session, address }, 'a browser connected');
			if (!shows.transcripts) return NO_WATCHER;
			return {
				...NO_WATCHER,
				heard(message) {
					if (message.type !== 'reply') return;
					const text = message.messages.at(-1)?.content ?? '';
					log.info({ session, reply: message.reply, text }, 'the model was told');
				},
				sent(message) {
					if (message.type === 'word') log.info({ session, text: message.text }, 'a word was heard');
					else if (message.type === 'replyWord') {
						log.info({ session, reply: message.reply, text: message.text }, 'the model wrote');
					}
				}
			};
		},
		refused: () => undefined
	};
}
