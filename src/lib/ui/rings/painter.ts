/** Draws the two rings on one canvas. Lengths in CSS pixels; the canvas is scaled by the device's pixel ratio, 2 at most. */
import type { Phase, ViewMessage } from '../../session/view.ts';
import { arcHalfAngle, RING_POINTS, ringPoints, type RingShape } from './geometry.ts';
import { glowOf, GLOW_REACH, inksOf, type Inks, lensOf } from './inks.ts';
import { standOf, unitOf, type Stand } from './layout.ts';
import type { Palette } from './palette.ts';
import { breathAt, POSES } from './pose.ts';
import { dashOf, traceClosed } from './strokes.ts';
import { VoiceRing } from './voice-ring.ts';

const SWING = 0.19;
/** Longest step between two frames, in seconds: after a pause the rings go on from where they were. */
const MAX_STEP_S = 0.1;

type Signal = Extract<ViewMessage, { type: 'signal' }>;

interface Theme {
	readonly palette: Palette;
	readonly assistant: Inks;
	readonly user: Inks;
	readonly lens: CanvasGradient;
}

export class RingsPainter {
	/** Reduced motion: levels as arcs, and nothing travels. */
	still = false;
	readonly #ctx: CanvasRenderingContext2D;
	readonly #assistant = new VoiceRing(7, POSES.idle.assistant);
	readonly #user = new VoiceRing(5, POSES.idle.user);
	readonly #assistantStand: Stand = { cx: 0, cy: 0, radius: 1 };
	readonly #userStand: Stand = { cx: 0, cy: 0, radius: 1 };
	/** The line of each ring in this frame, kept for the lens. */
	readonly #assistantLine = new Float32Array(RING_POINTS * 2);
	readonly #userLine = new Float32Array(RING_POINTS * 2);
	readonly #strand = new Float32Array(RING_POINTS * 2);
	readonly #shape: RingShape = { cx: 0, cy: 0, radius: 1, swing: 0, lobes: 3, lobing: 0, turn: 0 };
	#theme: Theme | null = null;
	#phase: Phase = 'idle';
	#width = 0;
	#height = 0;
	#bleed = 0;
	#scale = 1;
	#lastMs = 0;

	constructor(ctx: CanvasRenderingContext2D) {
		this.#ctx = ctx;
	}

	/** `bleed`: how far the canvas reaches beyond the rings' box on every side, so that no glow is cut. */
	resize(width: number, height: number, bleed: number, pixelRatio: number): void {
		this.#width = width;
		this.#height = height;
		this.#bleed = bleed;
		this.#scale = Math.min(2, Math.max(1, pixelRatio));
		this.#ctx.canvas.width = Math.round((width + 2 * bleed) * this.#scale);
		this.#ctx.canvas.height = Math.round((height + 2 * bleed) * this.#scale);
	}

	setPalette(palette: Palette): void {
		this.#theme = {
			palette,
			assistant: inksOf(this.#ctx, palette.assistant),
			user: inksOf(this.#ctx, palette.user),
			lens: lensOf(this.#ctx, palette.lens)
		};
	}

	setPhase(phase: Phase): void {
		if (phase === this.#phase) return;
		this.#phase = phase;
		if (phase !== 'speaking') this.#assistant.hush();
		if (phase !== 'speaking' && phase !== 'hearing' && phase !== 'listening') this.#user.hush();
	}

	hear(signal: Signal): void {
		this.#user.hear(signal.user);
		this.#assistant.hear(signal.assistant, signal.duck);
	}

	interrupt(): void {
		this.#assistant.letGo();
	}

	/** One frame. */
	paint(nowMs: number): void {
		const ctx = this.#ctx;
		const dtS = Math.min(MAX_STEP_S, Math.max(0, (nowMs - this.#lastMs) / 1000));
		this.#lastMs = nowMs;
		const poses = POSES[this.#phase];
		this.#assistant.advance(dtS, poses.assistant);
		this.#user.advance(dtS, poses.user);
		ctx.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
		ctx.clearRect(0, 0, this.#width + 2 * this.#bleed, this.#height + 2 * this.#bleed);
		const theme = this.#theme;
		const unit = unitOf(this.#width, this.#height);
		if (theme === null || unit <= 0) return;
		ctx.translate(this.#bleed + this.#width / 2, this.#bleed + this.#height / 2);
		ctx.globalCompositeOperation = theme.palette.blend;
		const breath = this.still ? 0 : breathAt(nowMs / 1000);
		standOf(this.#assistantStand, this.#assistant, 'assistant', unit, breath, this.still);
		standOf(this.#userStand, this.#user, 'user', unit, -breath, this.still);
		this.#ring(this.#assistant, theme.assistant, this.#assistantStand, 3, this.#assistantLine);
		this.#ring(this.#user, theme.user, this.#userStand, 2, this.#userLine);
		if (theme.palette.glow) this.#lens(theme.lens);
	}

	#ring(ring: VoiceRing, inks: Inks, stand: Stand, lobes: number, line: Float32Array): void {
		const lit = ring.pose.light * (0.4 + 0.6 * ring.duck);
		// With contrast asked for, a resting voice is still a clear line.
		const light = this.#theme?.palette.glow === true ? lit : Math.max(0.75, lit);
		this.#shape.cx = stand.cx;
		this.#shape.cy = stand.cy;
		this.#shape.lobes = lobes;
		if (this.#theme?.palette.glow === true) {
			this.#ctx.globalAlpha = light;
			glowOf(this.#ctx, inks.glow, stand.cx, stand.cy, stand.radius, GLOW_REACH);
		}
		if (this.still) this.#arcs(ring, inks, stand, light, line);
		else this.#strands(ring, inks, stand.radius, light, line);
	}

	/** From the last strand to the line itself. */
	#strands(ring: VoiceRing, inks: Inks, radius: number, light: number, line: Float32Array): void {
		const ctx = this.#ctx;
		const shape = this.#shape;
		const { pose } = ring;
		dashOf(ctx, pose.broken, radius);
		for (let k = ring.strands.length - 1; k >= 0; k--) {
			const wave = ring.strands[k];
			if (wave === undefined) continue;
			const away = k / ring.strands.length;
			// Let go, the strands drift outwards as they fade.
			const drift = ring.release > 0 ? ring.release * (1 - ring.release) * away * 0.7 : 0;
			shape.radius = radius * (1 - away * 0.034 * pose.spread + drift);
			shape.swing = SWING * pose.swing * (1 - away * 0.3);
			shape.lobing = pose.lobing * (1 + away * 0.8);
			shape.turn = ring.turn * shape.lobes + k * 0.42 * pose.spread;
			const points = k === 0 ? line : this.#strand;
			ringPoints(points, wave, shape);
			traceClosed(ctx, points);
			if (k === 0) this.#line(inks, light);
			else {
				ctx.strokeStyle = inks.deep;
				ctx.globalAlpha = light * 0.62 * (1 - away);
				ctx.lineWidth = 1.1;
				ctx.stroke();
			}
		}
		dashOf(ctx, 0, radius);
	}

	/** Strokes the traced path as light: a bright core in a soft halo. */
	#line(inks: Inks, light: number): void {
		const ctx = this.#ctx;
		if (this.#theme?.palette.glow === true) {
			ctx.strokeStyle = inks.deep;
			ctx.globalAlpha = light * 0.06;
			ctx.lineWidth = 16;
			ctx.stroke();
			ctx.lineWidth = 9;
			ctx.stroke();
			ctx.globalAlpha = light * 0.16;
			ctx.lineWidth = 4.5;
			ctx.stroke();
		}
		ctx.strokeStyle = inks.line;
		ctx.globalAlpha = light;
		ctx.lineWidth = this.#theme?.palette.glow === true ? 2 : 3;
		ctx.stroke();
	}

	/** Reduced motion: a thin whole ring, and on it an arc as long as the voice is loud. */
	#arcs(ring: VoiceRing, inks: Inks, { cx, cy, radius }: Stand, light: number, line: Float32Array): void {
		const ctx = this.#ctx;
		this.#shape.radius = radius;
		this.#shape.swing = 0;
		this.#shape.lobing = 0;
		ringPoints(line, ring.strands[0] ?? line, this.#shape);
		ctx.strokeStyle = inks.line;
		ctx.globalAlpha = light * 0.75;
		ctx.lineWidth = 1.75;
		dashOf(ctx, ring.pose.broken, radius);
		traceClosed(ctx, line);
		ctx.stroke();
		dashOf(ctx, 0, radius);
		const half = arcHalfAngle(ring.level);
		if (half < 0.02) return;
		ctx.globalAlpha = light;
		ctx.lineWidth = 5;
		ctx.lineCap = 'round';
		ctx.beginPath();
		ctx.arc(cx, cy, radius, -Math.PI / 2 - half, -Math.PI / 2 + half);
		ctx.stroke();
		ctx.lineCap = 'butt';
	}

	/** Where the two voices cross, their light adds: that is the conversation, and as bright as the two together. */
	#lens(lens: CanvasGradient): void {
		const ctx = this.#ctx;
		const user = this.#userStand;
		const together = this.#assistant.pose.light * this.#assistant.duck + this.#user.pose.light;
		ctx.save();
		traceClosed(ctx, this.#assistantLine);
		ctx.clip();
		traceClosed(ctx, this.#userLine);
		ctx.clip();
		ctx.globalAlpha = Math.min(1, together * 0.6);
		// The lens's middle lies between the assistant's line and the near side of the person's.
		glowOf(ctx, lens, user.cx * 0.78, user.cy * 0.78, user.radius * 1.15, 1);
		ctx.restore();
	}
}
