/** Draws the two rings on one canvas. Lengths in CSS pixels; the canvas is scaled by the device's pixel ratio, 2 at most. */
import type { Phase, ViewMessage } from '../../session/view.ts';
import { arcHalfAngle, RING_POINTS, ringPoints, type RingShape } from './geometry.ts';
import { colour, type Palette } from './palette.ts';
import { breathAt, POSES, type Pose } from './pose.ts';
import { VoiceRing } from './voice-ring.ts';

/** The person's ring beside the assistant's: its radius, and where its centre lies, in radii of the assistant's. */
const USER_RADIUS = 0.56;
const USER_X = 0.66;
const USER_Y = 0.58;
/** Both rings with their swing fit a box of this many radii; its middle is this far from the assistant's centre. */
const BOX_RADII = 2.62;
const BOX_SHIFT = 0.15;
/** The largest ring anybody needs, in CSS pixels. */
const MAX_RADIUS = 250;
const SWING = 0.2;
const BREATH = 0.012;
const DASHES = 36;
/** Longest step between two frames, in seconds: after a pause the rings go on from where they were. */
const MAX_STEP_S = 0.1;

type Signal = Extract<ViewMessage, { type: 'signal' }>;

interface Inks {
	readonly line: string;
	readonly fill: CanvasGradient;
}

export class RingsPainter {
	readonly #ctx: CanvasRenderingContext2D;
	readonly #assistant = new VoiceRing(7, POSES.idle.assistant);
	readonly #user = new VoiceRing(5, POSES.idle.user);
	readonly #points = new Float32Array(RING_POINTS * 2);
	readonly #shape: RingShape = { cx: 0, cy: 0, radius: 1, swing: 0, lobes: 3, lobing: 0, turn: 0 };
	readonly #dash: number[] = [0, 0];
	readonly #whole: number[] = [];
	#phase: Phase = 'idle';
	#width = 0;
	#height = 0;
	#scale = 1;
	#lastMs = 0;
	#palette: Palette | null = null;
	#assistantInks: Inks | null = null;
	#userInks: Inks | null = null;
	still = false;

	constructor(ctx: CanvasRenderingContext2D) {
		this.#ctx = ctx;
	}

	resize(width: number, height: number, pixelRatio: number): void {
		this.#width = width;
		this.#height = height;
		this.#scale = Math.min(2, Math.max(1, pixelRatio));
		this.#ctx.canvas.width = Math.round(width * this.#scale);
		this.#ctx.canvas.height = Math.round(height * this.#scale);
	}

	setPalette(palette: Palette): void {
		this.#palette = palette;
		this.#assistantInks = this.#inks(palette.assistant);
		this.#userInks = this.#inks(palette.user);
	}

	setPhase(phase: Phase): void {
		if (phase === this.#phase) return;
		if (phase !== 'speaking') this.#assistant.hush();
		this.#phase = phase;
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
		ctx.clearRect(0, 0, this.#width, this.#height);
		if (this.#palette === null || this.#assistantInks === null || this.#userInks === null) return;
		ctx.globalCompositeOperation = this.#palette.blend;
		ctx.lineJoin = 'round';
		const unit = Math.min(MAX_RADIUS, this.#width / BOX_RADII, this.#height / BOX_RADII);
		const cx = this.#width / 2 - unit * BOX_SHIFT;
		const cy = this.#height / 2 - unit * BOX_SHIFT * 0.6;
		const breath = this.still ? 0 : breathAt(nowMs / 1000);
		const apart = this.#user.pose.apart;
		this.#ring(this.#assistant, this.#assistantInks, cx, cy, unit, breath, 3);
		this.#ring(
			this.#user,
			this.#userInks,
			cx + unit * USER_X * apart,
			cy + unit * USER_Y * apart,
			unit * USER_RADIUS,
			-breath,
			2
		);
	}

	#ring(ring: VoiceRing, inks: Inks, cx: number, cy: number, unit: number, breath: number, lobes: number): void {
		const { pose } = ring;
		const loud = this.still ? 0 : Math.min(0.06, ring.level * 0.2);
		const radius = unit * pose.size * (1 + BREATH * pose.breath * breath + loud) * (0.93 + 0.07 * ring.duck);
		const light = pose.light * (0.4 + 0.6 * ring.duck);
		this.#shape.cx = cx;
		this.#shape.cy = cy;
		this.#shape.radius = radius;
		this.#shape.lobes = lobes;
		if (this.#palette?.glow === true) this.#fill(inks, cx, cy, radius, light);
		if (this.still) this.#arcs(ring, inks, cx, cy, radius, light);
		else this.#strands(ring, pose, inks, light, radius);
	}

	#fill(inks: Inks, cx: number, cy: number, radius: number, light: number): void {
		const ctx = this.#ctx;
		ctx.save();
		ctx.translate(cx, cy);
		ctx.scale(radius, radius);
		ctx.globalAlpha = light;
		ctx.fillStyle = inks.fill;
		ctx.beginPath();
		ctx.arc(0, 0, GLOW_REACH, 0, 2 * Math.PI);
		ctx.fill();
		ctx.restore();
	}

	#strands(ring: VoiceRing, pose: Pose, inks: Inks, light: number, radius: number): void {
		const ctx = this.#ctx;
		const shape = this.#shape;
		ctx.strokeStyle = inks.line;
		this.#setDash(pose.broken, radius);
		for (let k = ring.strands.length - 1; k >= 0; k--) {
			const wave = ring.strands[k];
			if (wave === undefined) continue;
			const away = k / ring.strands.length;
			const drift = ring.release * away;
			shape.radius = radius * (1 - away * 0.034 * pose.spread + (1 - ring.release) * drift * 0.5);
			shape.swing = SWING * pose.swing * (1 - away * 0.35);
			shape.lobing = pose.lobing * (1 + away * 0.8);
			shape.turn = ring.turn * shape.lobes + k * 0.42 * pose.spread;
			ringPoints(this.#points, wave, shape);
			this.#trace();
			if (k === 0 && this.#palette?.glow === true) {
				ctx.globalAlpha = light * 0.09;
				ctx.lineWidth = 13;
				ctx.stroke();
				ctx.globalAlpha = light * 0.2;
				ctx.lineWidth = 5.5;
				ctx.stroke();
			}
			ctx.globalAlpha = k === 0 ? light : light * 0.5 * (1 - away) * (1 - away * 0.4);
			ctx.lineWidth = k === 0 ? 2.1 : 1.05;
			ctx.stroke();
		}
		ctx.setLineDash(this.#whole);
	}

	/** Reduced motion: a thin whole ring, and on it an arc as long as the voice is loud. */
	#arcs(ring: VoiceRing, inks: Inks, cx: number, cy: number, radius: number, light: number): void {
		const ctx = this.#ctx;
		ctx.strokeStyle = inks.line;
		this.#setDash(ring.pose.broken, radius);
		ctx.globalAlpha = light * 0.7;
		ctx.lineWidth = 1.5;
		ctx.beginPath();
		ctx.arc(cx, cy, radius, 0, 2 * Math.PI);
		ctx.stroke();
		ctx.setLineDash(this.#whole);
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

	/** A smooth closed path through the middles of the points' neighbours: each point is a curve's handle. */
	#trace(): void {
		const ctx = this.#ctx;
		const points = this.#points;
		const last = 2 * (RING_POINTS - 1);
		let x = points[last] ?? 0;
		let y = points[last + 1] ?? 0;
		ctx.beginPath();
		ctx.moveTo((x + (points[0] ?? 0)) / 2, (y + (points[1] ?? 0)) / 2);
		for (let i = 0; i < RING_POINTS; i++) {
			x = points[2 * i] ?? 0;
			y = points[2 * i + 1] ?? 0;
			const next = (2 * i + 2) % (2 * RING_POINTS);
			ctx.quadraticCurveTo(x, y, (x + (points[next] ?? 0)) / 2, (y + (points[next + 1] ?? 0)) / 2);
		}
		ctx.closePath();
	}

	#setDash(broken: number, radius: number): void {
		if (broken < 0.01) {
			this.#ctx.setLineDash(this.#whole);
			return;
		}
		const pitch = (2 * Math.PI * radius) / DASHES;
		this.#dash[0] = pitch * (1 - broken);
		this.#dash[1] = pitch * broken;
		this.#ctx.setLineDash(this.#dash);
	}

	/** Made once a theme: a disc of radius 1 that is clear in the middle and gathers light towards its line. */
	#inks(lch: string): Inks {
		const fill = this.#ctx.createRadialGradient(0, 0, 0, 0, 0, GLOW_REACH);
		for (const [at, alpha] of GLOW) fill.addColorStop(at / GLOW_REACH, colour(lch, alpha));
		return { line: colour(lch), fill };
	}
}

/** The glow's edge and its strength along the radius, 1 = the line. */
const GLOW_REACH = 1.5;
const GLOW = [
	[0, 0.05],
	[0.55, 0.08],
	[0.9, 0.19],
	[1, 0.21],
	[1.06, 0.1],
	[1.2, 0.035],
	[GLOW_REACH, 0]
] as const;
