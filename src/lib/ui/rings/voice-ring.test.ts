import { describe, expect, it } from 'vitest';
import { PHASES } from '../../session/view.ts';
import { RING_POINTS } from './geometry.ts';
import { standOf, unitOf } from './layout.ts';
import { approach, breathAt, movePose, POSES } from './pose.ts';
import { VoiceRing } from './voice-ring.ts';

const FRAME_S = 1 / 60;
const speech = Float32Array.from({ length: RING_POINTS }, (_, i) => 0.3 * Math.sin((10 * Math.PI * i) / RING_POINTS));
const peak = (wave: Float32Array | undefined): number => Math.max(...(wave ?? []).map(Math.abs));

function speaking(): VoiceRing {
	const ring = new VoiceRing(4, POSES.speaking.assistant);
	ring.hear(speech);
	for (let i = 0; i < 60; i++) ring.advance(FRAME_S, POSES.speaking.assistant);
	return ring;
}

describe('VoiceRing', () => {
	it('follows its window within three display frames', () => {
		const ring = new VoiceRing(4, POSES.idle.assistant);
		ring.hear(speech);
		for (let i = 0; i < 3; i++) ring.advance(FRAME_S, POSES.speaking.assistant);
		expect(peak(ring.strands[0])).toBeGreaterThan(0.5);
	});

	it('lets go at once: the line has lost nine tenths of its swing after a tenth of a second', () => {
		const ring = speaking();
		const before = peak(ring.strands[0]);
		ring.letGo();
		for (let i = 0; i < 6; i++) ring.advance(FRAME_S, POSES.hearing.assistant);
		expect(before).toBeGreaterThan(0.5);
		expect(peak(ring.strands[0])).toBeLessThan(before * 0.1);
		for (let i = 0; i < 60; i++) ring.advance(FRAME_S, POSES.hearing.assistant);
		expect(ring.release).toBe(0);
	});

	it('dims and shrinks while ducked', () => {
		const ring = speaking();
		const full = { cx: 0, cy: 0, radius: 0 };
		const ducked = { cx: 0, cy: 0, radius: 0 };
		standOf(full, ring, 'assistant', 100, 0, true);
		ring.hear(speech, 0.2);
		for (let i = 0; i < 30; i++) ring.advance(FRAME_S, POSES.speaking.assistant);
		standOf(ducked, ring, 'assistant', 100, 0, true);
		expect(ring.duck).toBeCloseTo(0.2, 2);
		expect(ducked.radius).toBeLessThan(full.radius);
	});

	it('is stirred by a voice, an interruption and a new pose, and comes to rest', () => {
		const ring = new VoiceRing(4, POSES.idle.assistant);
		const rest = (): void => {
			for (let i = 0; i < 240; i++) ring.advance(FRAME_S, POSES.idle.assistant);
			expect(ring.stir).toBeLessThan(1e-3);
		};
		rest();
		ring.hear(speech);
		expect(ring.stir).toBeGreaterThan(0.05);
		ring.hush();
		rest();
		ring.letGo();
		ring.advance(FRAME_S, POSES.idle.assistant);
		expect(ring.stir).toBeGreaterThan(0.05);
		rest();
		ring.advance(FRAME_S, POSES.speaking.assistant);
		expect(ring.stir).toBeGreaterThan(0.05);
	});

	it('takes a duck that is no number for full gain', () => {
		const ring = speaking();
		ring.hear(speech, NaN);
		ring.advance(1, POSES.speaking.assistant);
		expect(ring.duck).toBeCloseTo(1, 6);
	});
});

describe('poses', () => {
	it('stand for every phase', () => {
		for (const phase of PHASES) {
			for (const pose of [POSES[phase].assistant, POSES[phase].user]) {
				expect(pose.light).toBeGreaterThan(0);
				expect(pose.light).toBeLessThanOrEqual(1);
				expect(pose.broken).toBeGreaterThanOrEqual(0);
				expect(pose.broken).toBeLessThan(1);
			}
		}
	});

	it('say what the look asks for', () => {
		expect(POSES.listening.user.size).toBeGreaterThan(POSES.idle.user.size);
		expect(POSES.thinking.assistant.size).toBeLessThan(POSES.idle.assistant.size);
		expect(POSES.thinking.assistant.spin).toBeGreaterThan(POSES.idle.assistant.spin);
		expect(POSES.reconnecting.assistant.broken).toBeGreaterThan(0);
		expect(POSES.listening.assistant.broken).toBe(0);
	});

	it('arrive, however unevenly the frames come', () => {
		const even = { ...POSES.idle.user };
		const uneven = { ...POSES.idle.user };
		for (let i = 0; i < 100; i++) movePose(even, POSES.hearing.user, approach(0.02, 0.2));
		for (const dt of [0.7, 0.01, 0.3, 0, 0.99]) movePose(uneven, POSES.hearing.user, approach(dt, 0.2));
		expect(even.size).toBeCloseTo(POSES.hearing.user.size, 3);
		expect(uneven.size).toBeCloseTo(even.size, 6);
	});

	it('keep both rings in their box in every phase, at the loudest and the deepest breath', () => {
		const [width, height] = [390, 500];
		const unit = unitOf(width, height);
		const swing = 0.19 * 0.97; // tanh(3.2) smoothed stays below
		for (const phase of PHASES) {
			for (const voice of ['assistant', 'user'] as const) {
				const stand = { cx: 0, cy: 0, radius: 0 };
				standOf(stand, { pose: POSES[phase][voice], level: 0.3, duck: 1 }, voice, unit, 1, false);
				const reach = stand.radius * (1 + (phase === 'speaking' && voice === 'assistant' ? swing : 0));
				expect(Math.abs(stand.cx) + reach).toBeLessThanOrEqual(width / 2 + 12);
			}
		}
	});
});

describe('breathAt', () => {
	it('repeats every six seconds and stays within its bounds', () => {
		expect(breathAt(1.5)).toBeCloseTo(1, 9);
		expect(breathAt(7.5)).toBeCloseTo(breathAt(1.5), 9);
	});
});
