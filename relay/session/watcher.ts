/**
 * What may be seen of sessions from outside them: by the metrics, the operator's list and the recorder. Sessions and
 * their legs tell what happens and never wait for, nor care about, whoever looks. Nothing here may throw.
 */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import type { ClientMessage, RelayMessage } from '../../src/lib/protocol/session.ts';
import { instanceName } from '../discovery/instance-name.ts';
import type { LegCode } from '../upstream/failure.ts';
import type { See } from '../upstream/sight.ts';

export const SERVICES = ['stt', 'llm', 'tts'] as const;
export type Service = (typeof SERVICES)[number];

/** One per relay. */
export interface Watch {
	/** A browser was let in; its hello may still be missing. */
	session(seen: SeenSession): SessionWatcher;
	/** A browser was turned away before it became a session. */
	refused(code: ProblemCode): void;
}

export interface SeenSession {
	readonly id: string;
	/** Where its connection comes from. For no log and no list, unless the operator asked for it. */
	readonly address: string;
	/** Waiting in the browser's socket. */
	bufferedBytes(): number;
}

/**
 * How the upstream connections fare. Every `connecting` is followed by exactly one `failed` or `ended` of the same
 * `leg`, with at most one `ready` between; another try, or another instance, is another leg.
 */
export type LegEvent =
	| {
			readonly what: 'connecting';
			readonly service: Service;
			/** Counts this process's connections. */
			readonly leg: number;
			/** Which of the service's instances, by the name that the log has for it: `tts-2`, never its address. */
			readonly instance: string;
	  }
	| { readonly what: 'ready'; readonly service: Service; readonly leg: number }
	| { readonly what: 'failed'; readonly service: Service; readonly leg: number; readonly code: LegCode }
	| { readonly what: 'ended'; readonly service: Service; readonly leg: number }
	/** A leg was lost after it was ready, and what it did goes on with another one. Of the STT, the browser asks for that. */
	| { readonly what: 'failover'; readonly service: Service }
	/** The LLM that was asked says nothing, and another is asked beside it. */
	| { readonly what: 'hedge'; readonly service: 'llm' }
	/** A piece of text given to the TTS. */
	| { readonly what: 'say'; readonly service: 'tts' };

/** One per session. The methods marked hot run 12.5 times a second and more for every talker: no allocation there. */
export interface SessionWatcher {
	/** Hot. A message of the browser's that was understood, and its size on the wire; lent for the call only. */
	heard(message: ClientMessage, bytes: number): void;
	/** A message to the browser, before it is known whether its socket takes it. */
	sent(message: RelayMessage, bytes: number): void;
	/** Hot. The same for the two that are never decoded: `message` is the whole encoded message. */
	sentFrame(type: 'step' | 'replyAudio', message: Uint8Array): void;
	leg(event: LegEvent): void;
	/** The relay ends the session, for this reason. */
	closing(reason: ProblemCode): void;
	/** Once, last: the connection is gone. */
	closed(code: number): void;
}

const nothing = (): void => undefined;
export const NO_WATCHER: SessionWatcher = {
	heard: nothing,
	sent: nothing,
	sentFrame: nothing,
	leg: nothing,
	closing: nothing,
	closed: nothing
};

let legs = 0;

/** Tells `watcher` of each connection to this service. */
export function seeLegs(watcher: SessionWatcher, service: Service): See {
	return (instance) => {
		const leg = legs++;
		watcher.leg({ what: 'connecting', service, leg, instance: instanceName(service, instance) });
		return {
			ready: () => watcher.leg({ what: 'ready', service, leg }),
			failed: (code) => watcher.leg({ what: 'failed', service, leg, code }),
			ended: () => watcher.leg({ what: 'ended', service, leg })
		};
	};
}
