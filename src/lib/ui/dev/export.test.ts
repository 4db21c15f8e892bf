import { describe, expect, it } from 'vitest';
import { MARKS, type ViewMessage } from '../../session/view.ts';
import { EventLog } from './event-log.ts';
import { exportLog } from './export.ts';
import { Turns } from './turns.ts';

type Message = Exclude<ViewMessage, { type: 'signal' }>;
const SECRET = 'Xylophone';
const engine = { name: SECRET, embedded: true };

/** Everything a talk can say, with a secret wherever there is room for somebody's words, names or devices. */
const TALK: readonly Message[] = [
	{ type: 'phase', phase: 'speaking', failure: null },
	{ type: 'welcome', engines: { stt: { ...engine, recognises: true }, llm: engine, tts: engine }, records: false },
	{ type: 'entry', entry: { id: 1, role: 'user', text: SECRET, interrupted: false, open: false } },
	{ type: 'caption', words: [{ text: SECRET, heard: true }], interrupted: false },
	{ type: 'who', who: SECRET },
	{
		type: 'problem',
		problem: { fault: 'tts', code: 'lost', retry: 'soon', retryAfterMs: 500, detail: SECRET }
	},
	{ type: 'problem', problem: null },
	{ type: 'lack', lack: 'missing' },
	{ type: 'swap', swap: { device: 'microphone', why: 'gone', label: SECRET } },
	...MARKS.map((name): Message => ({
		type: 'mark',
		mark: { name, atMs: 1, value: 2, text: name === 'turnPhase' ? 'speechEnd' : SECRET }
	}))
];

function told(limit = 100): { log: EventLog; turns: Turns } {
	const [log, turns] = [new EventLog(limit), new Turns(10)];
	TALK.forEach((message, atMs) => {
		log.take(message, atMs);
		if (message.type === 'mark') turns.take(message.mark);
	});
	return { log, turns };
}

describe('the log', () => {
	it('holds nothing that was said, no name and no device, but every trouble', () => {
		const { log } = told();
		expect(JSON.stringify(log.all)).not.toContain(SECRET);
		const events = log.all.map(({ event }) => event);
		for (const event of [
			'phase',
			'connected',
			'problem',
			'well again',
			'microphone',
			'another device',
			'turnPhase',
			'gap'
		])
			expect(events).toContain(event);
		for (const event of ['pageSent', 'pageSentGap', 'wordHeard']) expect(events).not.toContain(event);
	});
	it('keeps the last of it and says how much it let go', () => {
		const all = told().log.all;
		const { log } = told(3);
		expect(log.all).toEqual(all.slice(-3));
		expect(log.dropped).toBe(all.length - 3);
	});
});

describe('the file', () => {
	const file = (said: Parameters<typeof exportLog>[0]['said']): string =>
		exportLog({ version: '1', nowMs: 0, ...told(), said });

	it('is JSON with turns and events, and holds no word unless that is wanted', () => {
		const text = file(null);
		expect(JSON.parse(text)).toMatchObject({
			...{ format: 'parley dev log', version: '1', exportedAt: '1970-01-01T00:00:00.000Z', droppedEvents: 0 },
			turns: [{ number: 1, totalMs: 0 }]
		});
		expect(text).not.toContain(SECRET);
		expect(text).not.toContain('said');
	});
	it('holds the words where they are wanted, and of each line nothing but who, what and whether it was cut off', () => {
		const line = { role: 'user', text: SECRET, interrupted: true, who: 'Somebody', id: 4 } as const;
		expect(JSON.parse(file([line]))).toMatchObject({ said: [{ role: 'user', text: SECRET, interrupted: true }] });
		expect(file([line])).not.toContain('Somebody');
	});
});
