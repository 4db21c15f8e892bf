/** Safari's idea of what a page does with the sound: told, it does not silence the voice when the ringer is off. */

/** https://www.w3.org/TR/audio-session/, section 5. Not in TypeScript's library. */
export type AudioSessionType = 'auto' | 'play-and-record';

/** Says what the page is about to do, where the browser wants to know; in others it does nothing. */
export function setAudioSession(type: AudioSessionType, owner: object = navigator): void {
	if (!('audioSession' in owner)) return;
	const { audioSession } = owner;
	if (typeof audioSession === 'object' && audioSession !== null && 'type' in audioSession) audioSession.type = type;
}
