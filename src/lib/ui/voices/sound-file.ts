/** A sound file, or what the browser recorded, as samples of one channel at 24 kHz. In a browser only. */
import { SAMPLE_RATE } from '../../audio/frames.ts';
import { mixed } from './sample.ts';

/** Ten seconds of anything, and a song as MP3. All of it is unpacked here, to some twenty times as much. */
export const MAX_FILE_BYTES = 8 << 20;

export type Unpacked =
	| { readonly ok: true; readonly sound: Float32Array<ArrayBuffer> }
	| { readonly ok: false; readonly why: 'too_big' | 'no_sound' };

/** Never rejects. */
export async function unpack(file: Blob): Promise<Unpacked> {
	if (file.size > MAX_FILE_BYTES) return { ok: false, why: 'too_big' };
	try {
		// A context of this rate unpacks into it.
		const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
		const sound = await context.decodeAudioData(await file.arrayBuffer());
		const channels = Array.from({ length: sound.numberOfChannels }, (_, at) => sound.getChannelData(at));
		return { ok: true, sound: mixed(channels) };
	} catch {
		return { ok: false, why: 'no_sound' };
	}
}
