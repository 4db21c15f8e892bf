import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MediaButtons } from './media-session.ts';
import { silentWav } from './silence.ts';

let handlers: Map<string, (() => void) | null>;
let session: Record<string, unknown>;
const silence = { play: vi.fn(), pause: vi.fn() };
const onMute = vi.fn();
const onStop = vi.fn();

beforeEach(() => {
	handlers = new Map();
	session = {
		metadata: null,
		playbackState: 'none',
		setMicrophoneActive: vi.fn(() => Promise.reject(new TypeError('not in this browser'))),
		setActionHandler: (action: string, handler: (() => void) | null) => {
			if (action === 'hangup') throw new TypeError('not an action');
			handlers.set(action, handler);
		}
	};
	for (const spy of [silence.play, silence.pause, onMute, onStop]) spy.mockReset();
	vi.stubGlobal('navigator', { mediaSession: session });
	vi.stubGlobal(
		'MediaMetadata',
		class {
			readonly title: string;
			constructor({ title }: { title: string }) {
				this.title = title;
			}
		}
	);
});
afterEach(() => void vi.unstubAllGlobals());

const buttons = () => new MediaButtons({ silence, onMute, onStop });
const TALK = { talking: true, muted: false, holds: false, who: 'Owl' };

it('gives the headset’s buttons their meaning while somebody talks, and takes it away afterwards', () => {
	const made = buttons();
	made.show(TALK);
	expect(silence.play).toHaveBeenCalledTimes(1);
	expect(session['metadata']).toMatchObject({ title: 'Owl' });
	handlers.get('pause')?.();
	handlers.get('togglemicrophone')?.();
	expect(onMute.mock.calls).toEqual([[true], [true]]);
	made.show({ ...TALK, muted: true });
	expect(session['playbackState']).toBe('paused');
	handlers.get('togglemicrophone')?.();
	handlers.get('play')?.();
	expect(onMute.mock.calls.slice(2)).toEqual([[false], [false]]);
	handlers.get('stop')?.();
	expect(onStop).toHaveBeenCalledTimes(1);
	made.show({ ...TALK, talking: false });
	expect([...handlers.values()]).toEqual([null, null, null, null]);
	expect(session).toMatchObject({ metadata: null, playbackState: 'none' });
	expect(silence.pause).toHaveBeenCalledTimes(1);
});

it('tells the browser whether the microphone is on', () => {
	const made = buttons();
	made.show(TALK);
	made.show({ ...TALK, muted: true });
	expect(vi.mocked(session['setMicrophoneActive'] as () => void).mock.calls).toEqual([[true], [false]]);
});

it('touches nothing before a talk, nor where the browser has no such buttons', () => {
	buttons().show({ ...TALK, talking: false, who: '' });
	expect(handlers.size).toBe(0);
	vi.stubGlobal('navigator', {});
	buttons().show(TALK);
	expect(silence.play).not.toHaveBeenCalled();
});

it('plays a file that is silent, and long enough for Chromium to count it: more than five seconds', () => {
	const bytes = silentWav();
	const view = new DataView(bytes.buffer);
	expect(new TextDecoder().decode(bytes.subarray(0, 12)).replace(/[^\w]/g, '')).toMatch(/^RIFF.*WAVE$/);
	const [rate, dataBytes] = [view.getUint32(24, true), view.getUint32(40, true)];
	expect(dataBytes / rate).toBeGreaterThan(5);
	expect(bytes.length).toBe(44 + dataBytes);
	expect(view.getUint32(4, true)).toBe(bytes.length - 8);
	expect(bytes.subarray(44).every((sample) => sample === 0x80)).toBe(true);
});

it('opens no microphone that is to be on only while a key is held', () => {
	const made = buttons();
	made.show({ ...TALK, muted: true, holds: true });
	for (const action of ['togglemicrophone', 'play', 'pause']) handlers.get(action)?.();
	expect(onMute).not.toHaveBeenCalled();
	expect(silence.play).toHaveBeenCalledTimes(2);
	made.show({ ...TALK, muted: true });
	handlers.get('togglemicrophone')?.();
	expect(onMute.mock.calls).toEqual([[false]]);
});
