/** Sizes that every room shares. Samples are at 24 kHz, mono, floats in [-1, 1]. */

export const SAMPLE_RATE = 24_000;
/** One Opus packet: 20 ms. */
export const PACKET_SAMPLES = 480;
/** One Ogg page, one model step of moshi-server: 80 ms. */
export const FRAME_SAMPLES = 1920;
export const PACKETS_PER_PAGE = FRAME_SAMPLES / PACKET_SAMPLES;
export const FRAME_MS = 80;

export const samplesToS = (samples: number): number => samples / SAMPLE_RATE;
export const sToSamples = (seconds: number): number => Math.round(seconds * SAMPLE_RATE);
