/** Draws the two rings: their lines on one canvas, their light on another below it. Lengths in CSS pixels. */
import type { Phase, ViewMessage } from '../../session/view.ts';
import { RING_POINTS } from './geometry.ts';
import { type Theme, themeOf } from './inks.ts';
import { LIGHT_RADII, LINES_RADII, MAX_RADIUS, standOf, unitOf, type Stand } from './layout.ts';
import { LIGHT_SCALE, paintLight } from './light.ts';
import { LinePainter } from './lines.ts';
import type { Palette } from './palette.ts';
import { approach, breathAt, POSES, POSE_TAU_S } from './pose.ts';
import { VoiceRing } from './voice-ring.ts';

/** Waves of each ring's undulation. */
const LOBES = { assistant: 3, user: 2 } as const;
/** Longest step between two frames, in seconds: after a pause the rings go on from where they were. */
const MAX_STEP_S = 0.1;
/** What is further than this from where it is going is seen to move. */
const SEEN_PX = 0.8;
/** An undulation that travels faster than this, in pixels a second, stutters at the calm rate. */
const CALM_PX_S = 6;
/** A new layout moves and resizes the rings by gliding, as long as it is within these shares of their radius. */
const GLIDE = { drift: 0.18, smaller: 0.8, larger: 1.1 } as const;

type Signal = Extract<ViewMessage, { type: 'signal' }>;
const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** The rings' box: its size, and where its middle is on the page. */
export interface Box {
	readonly width: number;
	readonly height: number;
	readonly x: number;
	readonly y: number;
}

export class RingsPainter {
	/** The assistant's at most, in CSS pixels: before the first `resize`. */
	mostRadius = MAX_RADIUS;
	/** Reduced motion: levels as arcs, and nothing travels. */
	still = false;
	readonly #lines: CanvasRenderingContext2D;
	readonly #light: CanvasRenderingContext2D;
	readonly #linePainter: LinePainter;
	readonly #onStir: () => void;
	readonly #assistant = new VoiceRing(7, POSES.idle.assistant);
	readonly #user = new VoiceRing(5, POSES.idle.user);
	readonly #assistantLit = { stand: stand(), line: new Float32Array(RING_POINTS * 2), light: 0 };
	readonly #userLit = { stand: stand(), line: new Float32Array(RING_POINTS * 2), light: 0 };
	#theme: Theme | null = null;
	#phase: Phase = 'idle';
	#box: Box = { width: 0, height: 0, x: 0, y: 0 };
	/** The assistant's radius at rest, as shown and as the box wants it; and how far both rings are from its middle. */
	#unit = 0;
	#wantedUnit = 0;
	#driftX = 0;
	#driftY = 0;
	#scale = 1;
	#lastMs = 0;

	/** `onStir` is called when the rings begin to move, in case they were painted at a calm rate. */
	constructor(lines: CanvasRenderingContext2D, light: CanvasRenderingContext2D, onStir: () => void) {
		this.#lines = lines;
		this.#light = light;
		this.#linePainter = new LinePainter(lines);
		this.#onStir = onStir;
	}

	/** Sets both canvases' sizes and places in the box; the lines have the display's pixels, two to a CSS pixel at most. */
	resize(box: Box, pixelRatio: number): void {
		const wanted = unitOf(box.width, box.height, this.mostRadius);
		const first = this.#wantedUnit === 0;
		const reach = first || this.still ? 0 : GLIDE.drift * wanted;
		this.#driftX = clamp(this.#driftX + this.#box.x - box.x, -reach, reach);
		this.#driftY = clamp(this.#driftY + this.#box.y - box.y, -reach, reach);
		this.#unit = reach === 0 ? wanted : clamp(this.#unit, GLIDE.smaller * wanted, GLIDE.larger * wanted);
		this.#wantedUnit = wanted;
		this.#box = box;
		this.#scale = clamp(pixelRatio, 1, 2);
		fit(this.#lines.canvas, box, LINES_RADII * wanted, this.#scale);
		fit(this.#light.canvas, box, LIGHT_RADII * wanted, LIGHT_SCALE);
		this.#onStir();
	}

	setPalette(palette: Palette): void {
		this.#theme = themeOf(this.#light, palette);
		this.#onStir();
	}

	setPhase(phase: Phase): void {
		if (phase === this.#phase) return;
		this.#phase = phase;
		if (phase !== 'speaking') this.#assistant.hush();
		if (phase !== 'speaking' && phase !== 'hearing' && phase !== 'listening') this.#user.hush();
		this.#onStir();
	}

	hear(signal: Signal): void {
		this.#user.hear(signal.user);
		this.#assistant.hear(signal.assistant, signal.duck);
		if (this.#lively()) this.#onStir();
	}

	interrupt(): void {
		this.#assistant.letGo();
		this.#onStir();
	}

	/** One frame. True where something moves, so that the next one is wanted at the display's rate. */
	paint(nowMs: number): boolean {
		const dtS = clamp((nowMs - this.#lastMs) / 1000, 0, MAX_STEP_S);
		this.#lastMs = nowMs;
		const poses = POSES[this.#phase];
		this.#assistant.advance(dtS, poses.assistant);
		this.#user.advance(dtS, poses.user);
		this.#glide(approach(dtS, POSE_TAU_S));
		const { width } = this.#lines.canvas;
		this.#begin(this.#lines, this.#scale);
		this.#begin(this.#light, LIGHT_SCALE);
		const theme = this.#theme;
		if (theme === null || this.#unit <= 0 || width === 0) return false;
		const breath = this.still ? 0 : breathAt(nowMs / 1000);
		standOf(this.#assistantLit.stand, this.#assistant, 'assistant', this.#unit, breath, this.still);
		standOf(this.#userLit.stand, this.#user, 'user', this.#unit, -breath, this.still);
		this.#voice('assistant', this.#assistant, this.#assistantLit, theme);
		this.#voice('user', this.#user, this.#userLit, theme);
		if (theme.glows) paintLight(this.#light, theme, this.#assistantLit, this.#userLit);
		return this.#lively();
	}

	#voice(
		voice: 'assistant' | 'user',
		ring: VoiceRing,
		lit: { stand: Stand; line: Float32Array; light: number },
		theme: Theme
	): void {
		const strength = ring.pose.light * (0.4 + 0.6 * ring.duck);
		// With contrast asked for, a resting voice is still a clear line.
		lit.light = theme.glows ? strength : Math.max(0.75, strength);
		const style = {
			inks: theme[voice],
			glows: theme.glows,
			blend: theme.blend,
			light: lit.light,
			pixel: 1 / this.#scale
		};
		if (this.still) this.#linePainter.arcs(ring, lit.stand, style, lit.line);
		else this.#linePainter.strands(ring, lit.stand, LOBES[voice], style, lit.line);
	}

	/** Clears a canvas, with the rings' middle for its origin. */
	#begin(ctx: CanvasRenderingContext2D, scale: number): void {
		const { width, height } = ctx.canvas;
		ctx.setTransform(1, 0, 0, 1, 0, 0);
		ctx.clearRect(0, 0, width, height);
		ctx.setTransform(scale, 0, 0, scale, width / 2 + this.#driftX * scale, height / 2 + this.#driftY * scale);
	}

	#glide(share: number): void {
		this.#unit += (this.#wantedUnit - this.#unit) * share;
		this.#driftX -= this.#driftX * share;
		this.#driftY -= this.#driftY * share;
	}

	/** Whether an eye would see the difference between the display's rate and a calm one. */
	#lively(): boolean {
		const { pose } = this.#assistant;
		const travel = this.still ? 0 : pose.lobing * Math.abs(pose.spin) * LOBES.assistant * this.#unit;
		const stir = Math.max(this.#assistant.stir, this.#user.stir) * this.#unit;
		const glide = Math.max(Math.abs(this.#driftX), Math.abs(this.#driftY), Math.abs(this.#wantedUnit - this.#unit));
		return travel > CALM_PX_S || Math.max(stir, glide) > SEEN_PX;
	}
}

function stand(): Stand {
	return { cx: 0, cy: 0, radius: 1 };
}

/** Gives a canvas `side` CSS pixels in the middle of the box, on whole ones. A new size blanks it, so it is set only then. */
function fit(canvas: HTMLCanvasElement, box: Box, side: number, scale: number): void {
	const css = Math.ceil(side);
	canvas.style.inlineSize = canvas.style.blockSize = `${css}px`;
	canvas.style.left = `${Math.round((box.width - css) / 2)}px`;
	canvas.style.top = `${Math.round((box.height - css) / 2)}px`;
	const pixels = Math.ceil(css * scale);
	if (canvas.width === pixels && canvas.height === pixels) return;
	canvas.width = canvas.height = pixels;
}
