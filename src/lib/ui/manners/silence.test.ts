import { afterEach, expect, it, vi } from 'vitest';
import { playableSilence } from './silence.ts';

class FakeAudio {
	static readonly made: FakeAudio[] = [];
	loop = false;
	playing = false;
	src: string | null;
	constructor(src: string) {
		this.src = src;
		FakeAudio.made.push(this);
	}
	play(): Promise<void> {
		this.playing = true;
		return Promise.resolve();
	}
	pause(): void {
		this.playing = false;
	}
	removeAttribute(): void {
		this.src = null;
	}
	load = vi.fn();
}
afterEach(() => void vi.unstubAllGlobals());

it('leaves nothing behind that the browser could offer to play on, and plays again with the next talk', () => {
	const urls = new Set<string>();
	vi.stubGlobal('Audio', FakeAudio);
	vi.stubGlobal('URL', {
		createObjectURL: () => {
			const url = `blob:${String(urls.size)}`;
			urls.add(url);
			return url;
		},
		revokeObjectURL: (url: string) => void urls.delete(url)
	});
	const silence = playableSilence();
	silence.pause();
	silence.play();
	silence.play();
	expect(FakeAudio.made).toHaveLength(1);
	expect(FakeAudio.made[0]).toMatchObject({ loop: true, playing: true, src: 'blob:0' });
	silence.pause();
	silence.pause();
	expect(FakeAudio.made[0]).toMatchObject({ playing: false, src: null });
	expect(FakeAudio.made[0]?.load).toHaveBeenCalledTimes(1);
	expect(urls.size).toBe(0);
	silence.play();
	expect(FakeAudio.made.at(-1)).toMatchObject({ playing: true, src: 'blob:0' });
});
