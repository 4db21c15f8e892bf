/** Which video this browser can make. */

export interface Codec {
	/** As WebM calls it. */
	readonly name: 'V_VP9' | 'V_VP8';
	readonly config: VideoEncoderConfig;
}

/** Bits a second: lines and two lines of text on a plain ground. */
const BITRATE = 900_000;

/** The better one first. Registered WebCodecs names; VP9 as profile 0, level 3.1, 8 bits. */
const CANDIDATES = [
	['V_VP9', 'vp09.00.31.08'],
	['V_VP8', 'vp8']
] as const;

/** Null where it can make none. `side` in pixels. */
export async function codecFor(side: number, framerate: number): Promise<Codec | null> {
	if (!canFilm()) return null;
	for (const [name, codec] of CANDIDATES) {
		const config: VideoEncoderConfig = {
			codec,
			width: side,
			height: side,
			framerate,
			bitrate: BITRATE,
			// The other mode takes many times as long for a picture that is hardly better.
			latencyMode: 'realtime'
		};
		const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({ supported: false }));
		if (supported === true) return { name, config };
	}
	return null;
}

/** Whether it is worth asking: old browsers have no such encoder. */
export const canFilm = (): boolean => typeof VideoEncoder === 'function' && typeof VideoFrame === 'function';
