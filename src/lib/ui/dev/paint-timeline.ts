/** The last seconds of a talk, in lanes over one axis of time: who has the turn, the pause head, both levels, the buffer. */
import type { StateName } from '../../turn/state.ts';
import type { Inks } from './inks.ts';
import type { Series } from './series.ts';
import { axisEndMs } from './turns.ts';
import { FLOOR_DBFS, STATE_NAMES, WINDOW_MS, type Watch } from './watch.ts';

export interface Labels {
	readonly state: string;
	readonly pause: string;
	readonly levels: string;
	readonly buffer: string;
}

/** In CSS pixels. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

interface Lane {
	readonly top: number;
	readonly height: number;
	readonly width: number;
	readonly fromMs: number;
}

/** CSS pixels. */
const TEXT_PX = 11;
const LABEL_PX = 15;
const BAND_PX = 8;

/** Whose turn it is in each state; nobody's where it is not named. */
const TURN_OF: Readonly<Partial<Record<StateName, 'user' | 'assistant' | 'between'>>> = {
	hearing: 'user',
	flushing: 'between',
	holding: 'between',
	thinking: 'between',
	speaking: 'assistant',
	overlapping: 'between',
	leaving: 'assistant'
};

export function paintTimeline(
	ctx: CanvasRenderingContext2D,
	{ width, height }: Size,
	watch: Watch,
	inks: Inks,
	labels: Labels
): void {
	ctx.clearRect(0, 0, width, height);
	ctx.font = `${String(TEXT_PX)}px ${inks.font}`;
	ctx.textBaseline = 'top';
	ctx.lineWidth = 1;
	const fromMs = watch.nowMs - WINDOW_MS;
	const band = LABEL_PX + BAND_PX;
	const laneHeight = Math.max(16, (height - band) / 3 - LABEL_PX);
	const lane = (index: number): Lane => ({
		...{ width, fromMs, height: laneHeight },
		top: band + index * (laneHeight + LABEL_PX) + LABEL_PX
	});
	paintStates(ctx, { width, fromMs, top: LABEL_PX, height: BAND_PX }, watch, inks, labels.state);
	paintPause(ctx, lane(0), watch, inks, labels.pause);
	paintLevels(ctx, lane(1), watch, inks, labels.levels);
	paintBuffer(ctx, lane(2), watch, inks, labels.buffer);
}

function paintStates(
	ctx: CanvasRenderingContext2D,
	lane: Lane,
	{ states, probe }: Watch,
	inks: Inks,
	label: string
): void {
	title(ctx, lane, inks, label, probe?.state ?? '');
	for (let index = states.since(lane.fromMs); index < states.length; index++) {
		const turn = TURN_OF[STATE_NAMES[states.valueAt(index)] ?? 'off'];
		if (turn === undefined) continue;
		const from = xOf(lane, states.timeAt(index));
		const to = index + 1 < states.length ? xOf(lane, states.timeAt(index + 1)) : lane.width;
		ctx.fillStyle = turn === 'between' ? inks.faint : inks[turn];
		// What nobody has is lower, so that it does not hang on colour alone.
		const height = turn === 'between' ? lane.height / 2 : lane.height;
		ctx.fillRect(from, lane.top + lane.height - height, Math.max(0.5, to - from + 0.5), height);
	}
}

function paintPause(ctx: CanvasRenderingContext2D, lane: Lane, watch: Watch, inks: Inks, label: string): void {
	const { probe, pause, average } = watch;
	title(ctx, lane, inks, label, probe === null ? '' : probe.average.toFixed(2));
	frame(ctx, lane, inks);
	const up = (value: number): number => lane.top + lane.height * (1 - value);
	if (probe !== null) {
		ctx.setLineDash([3, 3]);
		for (const threshold of [probe.endAbove, probe.stopBelow]) rule(ctx, lane, up(threshold), inks.quiet);
		ctx.setLineDash([]);
	}
	dots(ctx, lane, pause, up, inks.faint);
	line(ctx, lane, average, up, inks.text);
}

/** The person's above, the assistant's below the middle. */
function paintLevels(ctx: CanvasRenderingContext2D, lane: Lane, watch: Watch, inks: Inks, label: string): void {
	const [user, assistant] = [watch.user.last, watch.assistant.last].map((level) =>
		Number.isNaN(level) || level <= FLOOR_DBFS ? '–' : level.toFixed(0)
	);
	title(ctx, lane, inks, label, `${user ?? ''} / ${assistant ?? ''} dBFS`);
	const half = lane.height / 2;
	const middle = lane.top + half;
	for (const [series, ink, sign] of [
		[watch.user, inks.user, -1],
		[watch.assistant, inks.assistant, 1]
	] as const) {
		ctx.fillStyle = ink;
		for (let index = series.since(lane.fromMs); index < series.length; index++) {
			const share = 1 - series.valueAt(index) / FLOOR_DBFS;
			if (share > 0) ctx.fillRect(xOf(lane, series.timeAt(index)), middle, 1.5, sign * share * half);
		}
	}
	rule(ctx, lane, middle, inks.line);
}

function paintBuffer(ctx: CanvasRenderingContext2D, lane: Lane, watch: Watch, inks: Inks, label: string): void {
	const { buffered, jitter, target, gaps, probe } = watch;
	const most = axisEndMs(Math.max(buffered.mostSince(lane.fromMs), jitter.mostSince(lane.fromMs)));
	const of = `${(probe?.jitterMs ?? 0).toFixed(0)} / ${(probe?.bufferedMs ?? 0).toFixed(0)} ms`;
	title(ctx, lane, inks, label, of);
	frame(ctx, lane, inks);
	const up = (ms: number): number => lane.top + lane.height * (1 - Math.min(1, ms / most));
	ctx.globalAlpha = 0.4;
	line(ctx, lane, buffered, up, inks.assistant);
	ctx.globalAlpha = 1;
	line(ctx, lane, jitter, up, inks.assistant);
	ctx.setLineDash([2, 3]);
	line(ctx, lane, target, up, inks.quiet);
	ctx.setLineDash([]);
	ctx.fillStyle = inks.text;
	for (let index = gaps.since(lane.fromMs); index < gaps.length; index++) {
		const x = xOf(lane, gaps.timeAt(index));
		const length = (gaps.valueAt(index) / WINDOW_MS) * lane.width;
		ctx.fillRect(x - length, lane.top, Math.max(2, length), lane.height);
	}
}

const xOf = ({ width, fromMs }: Lane, atMs: number): number => ((atMs - fromMs) / WINDOW_MS) * width;

/** What it is on the left, how it stands on the right. */
function title(ctx: CanvasRenderingContext2D, { top, width }: Lane, inks: Inks, name: string, now: string): void {
	const y = top - LABEL_PX + 1;
	ctx.fillStyle = inks.quiet;
	ctx.textAlign = 'left';
	ctx.fillText(name, 0, y);
	ctx.fillStyle = inks.text;
	ctx.textAlign = 'right';
	ctx.fillText(now, width, y);
}

function frame(ctx: CanvasRenderingContext2D, lane: Lane, inks: Inks): void {
	rule(ctx, lane, lane.top, inks.line);
	rule(ctx, lane, lane.top + lane.height, inks.line);
}

function rule(ctx: CanvasRenderingContext2D, { width }: Lane, y: number, ink: string): void {
	ctx.strokeStyle = ink;
	ctx.beginPath();
	ctx.moveTo(0, y);
	ctx.lineTo(width, y);
	ctx.stroke();
}

function line(
	ctx: CanvasRenderingContext2D,
	lane: Lane,
	series: Series,
	up: (value: number) => number,
	ink: string
): void {
	ctx.strokeStyle = ink;
	ctx.beginPath();
	for (let index = series.since(lane.fromMs); index < series.length; index++) {
		const value = series.valueAt(index);
		if (Number.isNaN(value)) continue;
		const [x, y] = [xOf(lane, series.timeAt(index)), up(value)];
		// A line goes on only from what was measured right before.
		if (Number.isNaN(series.valueAt(index - 1))) ctx.moveTo(x, y);
		else ctx.lineTo(x, y);
	}
	ctx.stroke();
}

function dots(
	ctx: CanvasRenderingContext2D,
	lane: Lane,
	series: Series,
	up: (value: number) => number,
	ink: string
): void {
	ctx.fillStyle = ink;
	for (let index = series.since(lane.fromMs); index < series.length; index++) {
		const value = series.valueAt(index);
		if (!Number.isNaN(value)) ctx.fillRect(xOf(lane, series.timeAt(index)) - 1, up(value) - 1, 2, 2);
	}
}
