/** The conversations that transcripts are made of: what everybody says, and what the client does when. */
import type { ChatMessage } from '../../../src/lib/protocol/llm.ts';
import type { Act } from './transcript.ts';

export interface Scene {
	/** What the model answers, in turn. */
	readonly replies: readonly string[];
	readonly acts: readonly Act[];
}

/** What the ears hear in every scene, the first and the second time that somebody speaks. */
export const HEARD = ['How are you', 'Stop'];

const COUNTING = Array.from({ length: 20 }, () => 'one two three').join(' ');

/** The model knows by these words which scene it is in. */
const tag = (scene: string): string => `Scene ${scene}.`;

const update = (scene: string, more: object = {}): Act => ({
	act: {
		do: 'send',
		text: JSON.stringify({
			type: 'session.update',
			session: { instructions: { type: 'constant', text: tag(scene) }, voice: null, allow_recording: false, ...more }
		})
	}
});
const send = (text: string): Act => ({ act: { do: 'send', text } });
const listen: Act = { after: { type: 'session.updated' }, act: { do: 'listen' } };
const speak = (ms: number, type: string, count: number, plusMs = 0): Act => ({
	after: { type, count },
	plusMs,
	act: { do: 'speak', ms }
});
const leave = (type: string, count: number, plusMs = 500): Act => ({
	after: { type, count },
	plusMs,
	act: { do: 'leave' }
});

export const SCENES: Readonly<Record<string, Scene>> = {
	greeting: {
		replies: ['Hello there.'],
		acts: [update('greeting'), listen, leave('response.audio.done', 1, 2500)]
	},
	turn: {
		replies: ['Hello there.', 'I am well.'],
		acts: [update('turn'), listen, speak(1000, 'response.audio.done', 1, 1500), leave('response.audio.done', 2)]
	},
	'interrupted by the pause head': {
		replies: [COUNTING, 'Fine.'],
		acts: [
			update('interrupted by the pause head'),
			listen,
			// Behind the first three seconds of sound.
			speak(1200, 'response.created', 1, 4000),
			leave('response.audio.done', 1)
		]
	},
	'interrupted by words': {
		replies: [COUNTING, 'Fine.'],
		acts: [
			update('interrupted by words'),
			listen,
			// Within the first three seconds of sound, in which no voice interrupts.
			speak(1200, 'response.text.delta', 2),
			leave('response.audio.done', 1)
		]
	},
	silence: {
		replies: ['Hello there.', 'Are you still there?'],
		acts: [update('silence'), listen, leave('response.audio.done', 2)]
	},
	goodbye: {
		replies: ['So long. Bye!'],
		acts: [update('goodbye'), listen, { act: { do: 'waitForClose' } }]
	},
	'a voice that is looked for': {
		replies: ['Hello there.'],
		acts: [
			update('a voice that is looked for'),
			{ after: { type: 'session.updated' }, act: { do: 'fillTts', ms: 300 } },
			listen,
			leave('response.audio.done', 1)
		]
	},
	'updated on the way': {
		replies: ['Hello there.', 'I am well.'],
		acts: [
			update('updated on the way', { voice: 'first.wav' }),
			listen,
			{ ...update('updated on the way', { voice: 'second.wav' }), after: { type: 'response.audio.done' } },
			speak(1000, 'session.updated', 2, 1500),
			leave('response.audio.done', 2)
		]
	},
	mistakes: {
		replies: ['Hello there.'],
		acts: [
			send('{"type":'),
			send('{"type":"session.destroy"}'),
			send('{"type":"input_audio_buffer.append"}'),
			send('{"type":"session.update","session":{"instructions":{"type":"nobody"},"allow_recording":false}}'),
			{ ...update('mistakes'), after: { type: 'error', count: 4 } },
			listen,
			leave('response.audio.done', 1)
		]
	}
};

/** What the model says to these messages. */
export function replyTo(messages: readonly ChatMessage[]): string {
	const prompt = String(messages.find(({ role }) => role === 'system')?.content ?? '');
	const scene = Object.entries(SCENES).find(([name]) => prompt.includes(tag(name)))?.[1];
	if (scene === undefined) throw new Error('nobody knows this scene');
	const said = messages.filter(({ role }) => role === 'assistant').length;
	return scene.replies[said] ?? 'Well.';
}
