/** What a relay may ask for beside talking: an access code, and leave to record. */
import { describe, expect, it } from 'vitest';
import { problem } from '../../protocol/problems.ts';
import { Link } from './link.ts';
import { FakeRelay, WELCOME } from './testing/fake-relay.ts';
import { FakeTime } from './testing/fake-time.ts';

const RECORDING_ID = '0123456789abcdef0123456789abcdef';

function linked(token: string | null = null) {
	const relay = new FakeRelay();
	const time = new FakeTime();
	const log: string[] = [];
	const person = { agrees: false, id: null as string | null };
	const link = new Link({
		url: 'ws://relay/v1/session',
		language: 'en',
		client: 'test',
		token,
		recording: () => person.agrees,
		recordingId: () => person.id,
		connect: relay.connect,
		nowMs: time.now,
		later: time.later,
		chance: () => 0,
		host: {
			up: () => log.push('up'),
			message: () => undefined,
			down: () => log.push('down'),
			isQuiet: () => true,
			failed: (why) => log.push(why)
		}
	});
	const agree = (agrees: boolean): void => {
		person.agrees = agrees;
		if (agrees) person.id ??= RECORDING_ID;
		link.tellRecording();
	};
	return { relay, time, log, link, agree };
}

describe('an access code', () => {
	it('is in the hello of every connection, and nowhere in its address', () => {
		const { relay, link } = linked('open-sesame-0123');
		relay.last.welcome();
		relay.last.vanish();
		link.hurry();
		relay.last.open();
		expect(relay.sockets.map((socket) => socket.of('hello'))).toMatchObject([
			[{ token: 'open-sesame-0123' }],
			[{ token: 'open-sesame-0123' }]
		]);
		expect(relay.urls.join()).not.toContain('sesame');
	});

	it('is not made up where the person gave none', () => {
		const { relay } = linked();
		relay.last.open();
		expect(relay.last.received).toEqual([{ type: 'hello', version: 1, client: 'test', language: 'en' }]);
	});

	it.each([
		[null, 'code_needed'],
		['open-sesame-0123', 'code_wrong']
	])('that is %s and refused is asked for, and no further attempt is made', (token, failure) => {
		const { relay, time, log } = linked(token);
		relay.last.open();
		relay.last.say({ type: 'problem', ...problem('client', 'unauthorized') });
		relay.last.vanish(4401);
		time.advance(60_000);
		expect(log).toEqual([failure]);
		expect(relay.sockets).toHaveLength(1);
	});
});

describe('leave to record', () => {
	it('is told when it changes, once, and with the hello of the next connection', () => {
		const { relay, link, agree } = linked();
		relay.last.welcome();
		agree(true);
		agree(true);
		agree(false);
		agree(true);
		expect(relay.last.received.slice(1)).toEqual([
			{ type: 'consent', recording: true, recordingId: RECORDING_ID },
			{ type: 'consent', recording: false, recordingId: RECORDING_ID },
			{ type: 'consent', recording: true, recordingId: RECORDING_ID }
		]);
		relay.last.vanish();
		link.hurry();
		relay.last.welcome();
		expect(relay.last.received).toMatchObject([{ type: 'hello', recording: true, recordingId: RECORDING_ID }]);
	});

	it('taken back before the welcome follows it: a relay lets nobody speak before', () => {
		const { relay, agree } = linked();
		agree(true);
		relay.last.open();
		agree(false);
		expect(relay.last.received).toMatchObject([{ type: 'hello', recording: true }]);
		relay.last.say(WELCOME);
		expect(relay.last.of('consent')).toMatchObject([{ recording: false, recordingId: RECORDING_ID }]);
	});

	it('taken back while nobody is there is said by the next hello, which has the mark of what is to be deleted', () => {
		const { relay, link, agree } = linked();
		agree(true);
		relay.last.welcome();
		relay.last.vanish();
		agree(false);
		link.hurry();
		relay.last.welcome();
		expect(relay.last.received).toEqual([
			{ type: 'hello', version: 1, client: 'test', language: 'en', recordingId: RECORDING_ID }
		]);
	});

	it('taken back while another relay stands ready reaches both: each may be recording', () => {
		const { relay, agree, link } = linked();
		const [old] = relay.sockets;
		agree(true);
		relay.last.welcome();
		relay.last.say({ type: 'drain', withinMs: 10_000 });
		const next = relay.last;
		next.open();
		agree(false);
		expect(old!.of('consent')).toMatchObject([{ recording: false, recordingId: RECORDING_ID }]);
		next.say(WELCOME);
		expect(next.of('hello')[0]).toMatchObject({ recording: true });
		expect(next.of('consent')).toMatchObject([{ recording: false, recordingId: RECORDING_ID }]);
		link.close();
	});
});
