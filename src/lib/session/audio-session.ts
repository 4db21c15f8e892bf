/** Safari's idea of what a page does with the sound: told, it does not silence the voice when the ringer is off. */

/** https://www.w3.org/TR/audio-session/, section 5. Not in TypeScript's library. */
type AudioSessionType = 'auto' | 'play-and-record';

/** Talks that use it: one may begin while the last one still fades. */
let talks = 0;

/** Says that there is a talk, where the browser wants to know, until the answer is called, once. In others it does nothing. */
export function holdAudioSession(owner: object = navigator): () => void {
	talks += 1;
	tell('play-and-record', owner);
	return () => {
		talks -= 1;
		if (talks === 0) tell('auto', owner);
	};
}

function tell(type: AudioSessionType, owner: object): void {
	if (!('audioSession' in owner)) return;
	const { audioSession } = owner;
	if (typeof audioSession === 'object' && audioSession !== null && 'type' in audioSession) audioSession.type = type;
}
