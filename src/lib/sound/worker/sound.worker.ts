/** The Web Worker's entry: keeps the sound of one talk, beside the page and beside the talk's own worker. */
import { createOpusEncoder } from '../../audio/opus.ts';
import type { FromSound, ToSound } from '../../audio/worklet-messages.ts';
import type { FromSoundWorker, ToSoundWorker } from '../messages.ts';
import { soundShelf } from '../shelf.ts';
import { BITRATE } from '../sound.ts';
import { SoundWriter } from '../writer.ts';

const tell = (message: FromSoundWorker): void => {
	postMessage(message);
};
const encoding = createOpusEncoder({ bitrate: BITRATE, channels: 2 });
let opening: Promise<SoundWriter> | null = null;
let last: Promise<unknown> = Promise.resolve();

async function open({ id, startedAtMs, port }: Extract<ToSoundWorker, { type: 'open' }>): Promise<SoundWriter> {
	const encoder = await encoding;
	const writer = new SoundWriter({
		shelf: soundShelf(),
		encoder,
		id,
		startedAtMs,
		nowMs: Date.now,
		onTrouble: (trouble) => {
			tell({ type: 'trouble', trouble });
		}
	});
	// What came while the codec was compiled has waited in the port.
	port.onmessage = ({ data: { user, assistant, contextTimeS } }: MessageEvent<FromSound>) => {
		writer.take(user, assistant, contextTimeS);
		port.postMessage({ type: 'recycle', user, assistant } satisfies ToSound, [user.buffer, assistant.buffer]);
	};
	return writer;
}

async function obey(message: ToSoundWorker): Promise<void> {
	if (message.type === 'open') {
		opening = open(message);
		await opening;
		return;
	}
	const writer = await opening;
	if (message.type === 'note') writer?.note(message.change, message.atS);
	else if (message.type === 'belong') writer?.belong(message.record);
	else {
		await (message.type === 'end' ? writer?.end() : writer?.stop());
		tell({ type: 'done' });
	}
}

onmessage = ({ data }: MessageEvent<ToSoundWorker>) => {
	// One after the other: what is said while the codec is compiled waits its turn.
	last = last
		.then(() => obey(data))
		.catch(() => {
			tell({ type: 'trouble', trouble: 'unavailable' });
			tell({ type: 'done' });
		});
};
