import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DeviceNews } from './device-news.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const swap = (why: 'gone' | 'back', label = 'Desk') =>
	({ type: 'swap', swap: { device: 'microphone', why, label } }) as const;

it('says a change for a while, in the language in use, and a lack as long as it lasts', () => {
	const told: (string | null)[] = [];
	const news: DeviceNews = new DeviceNews(() => told.push(news.text('en')));
	expect(news.text('en')).toBeNull();
	news.take(swap('gone'));
	expect(news.text('en')).toMatch(/another.*Desk/);
	expect(news.text('fr')).toMatch(/un autre.*Desk/);
	vi.advanceTimersByTime(5_000);
	news.take(swap('back'));
	vi.advanceTimersByTime(5_000);
	expect(news.text('en')).toMatch(/back/);
	vi.advanceTimersByTime(5_000);
	expect(news.text('en')).toBeNull();
	news.take({ type: 'lack', lack: 'missing' });
	vi.advanceTimersByTime(3_600_000);
	expect(news.text('en')).toMatch(/No microphone/);
	news.take({ type: 'lack', lack: null });
	expect(news.text('en')).toBeNull();
	// Each of them was told of, and so was its end.
	expect(told.map((text) => text !== null)).toEqual([true, true, false, true, false]);
});

it('says no name where there is none, and nothing more of a talk that is over', () => {
	const news = new DeviceNews(() => undefined);
	news.take(swap('back', ''));
	expect(news.text('en')).toMatch(/it\.$/);
	news.take({ type: 'lack', lack: 'busy' });
	news.take({ type: 'phase', phase: 'thinking', failure: null });
	expect(news.text('en')).not.toBeNull();
	news.take({ type: 'phase', phase: 'ended', failure: null });
	expect(news.text('en')).toBeNull();
	expect(vi.getTimerCount()).toBe(0);
});
