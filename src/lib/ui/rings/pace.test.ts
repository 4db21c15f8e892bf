import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from './pace.ts';

/** A display of 60 frames a second, and a document that can be hidden. */
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
function show(state: 'visible' | 'hidden'): void {
	page.visibilityState = state;
	page.dispatchEvent(new Event('visibilitychange'));
}
beforeEach(() => {
	vi.useFakeTimers();
	page.visibilityState = 'visible';
	vi.stubGlobal('document', page);
	vi.stubGlobal('requestAnimationFrame', (paint: (nowMs: number) => void) =>
		Number(setTimeout(() => paint(Date.now()), 16))
	);
	vi.stubGlobal('cancelAnimationFrame', (frame: number) => clearTimeout(frame));
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Frames painted in the next second. */
function framesOf(paint: ReturnType<typeof vi.fn>): number {
	paint.mockClear();
	vi.advanceTimersByTime(1000);
	return paint.mock.calls.length;
}

describe('Pace', () => {
	it('takes the display’s rate while something moves, and a calm one while nothing does', () => {
		let lively = true;
		const paint = vi.fn(() => lively);
		const pace = new Pace(paint);
		expect(framesOf(paint)).toBeGreaterThan(55);
		lively = false;
		expect(framesOf(paint)).toBeLessThan(16);
		lively = true;
		pace.wake();
		expect(framesOf(paint)).toBeGreaterThan(55);
		pace.close();
	});

	it('paints at the next frame once it is woken, and once only however often that is', () => {
		const paint = vi.fn(() => false);
		const pace = new Pace(paint);
		vi.advanceTimersByTime(17);
		paint.mockClear();
		for (let i = 0; i < 5; i++) pace.wake();
		vi.advanceTimersByTime(17);
		expect(paint).toHaveBeenCalledTimes(1);
		pace.close();
	});

	it('paints nothing while the page is hidden, and goes on when it is back', () => {
		const paint = vi.fn(() => true);
		const pace = new Pace(paint);
		show('hidden');
		vi.advanceTimersByTime(17); // the frame that was on its way
		expect(framesOf(paint)).toBe(0);
		pace.wake();
		expect(framesOf(paint)).toBe(0);
		show('visible');
		expect(framesOf(paint)).toBeGreaterThan(55);
		pace.close();
	});

	it('leaves nothing running behind', () => {
		const paint = vi.fn(() => true);
		const pace = new Pace(paint);
		pace.close();
		pace.wake();
		show('visible');
		expect(framesOf(paint)).toBe(0);
	});
});
