/** The last turns as waterfalls: each from the person's last sound to the answer's first. */
import type { Inks } from './inks.ts';
import type { Size } from './paint-timeline.ts';
import { axisEndMs, barsOf, SPANS, totalMs, type Span, type TurnTimes } from './turns.ts';

/** CSS pixels. */
const TEXT_PX = 11;
const HEAD_PX = 18;
const ROW_PX = 20;
const NAME_PX = 26;
const TOTAL_PX = 56;

export type SpanNames = Readonly<Record<Span, string>>;

/** The newest at the top, as many as there is room for. */
export function paintWaterfall(
	ctx: CanvasRenderingContext2D,
	{ width, height }: Size,
	turns: readonly TurnTimes[],
	inks: Inks,
	names: SpanNames
): void {
	ctx.clearRect(0, 0, width, height);
	ctx.font = `${String(TEXT_PX)}px ${inks.font}`;
	ctx.textBaseline = 'middle';
	const fills = fillsOf(inks);
	legend(ctx, inks, fills, names);
	const shown = turns.slice(-Math.max(1, Math.floor((height - HEAD_PX) / ROW_PX))).reverse();
	const end = axisEndMs(Math.max(0, ...shown.map(totalMs)));
	const scale = (width - NAME_PX - TOTAL_PX) / end;
	shown.forEach((turn, row) => {
		const middle = HEAD_PX + row * ROW_PX + ROW_PX / 2;
		ctx.fillStyle = inks.quiet;
		ctx.textAlign = 'left';
		ctx.fillText(String(turn.number), 0, middle);
		// Each a step lower than the one before, as a waterfall falls.
		const step = (ROW_PX - 6) / SPANS.length;
		barsOf(turn).forEach(({ span, fromMs, toMs }, index) => {
			ctx.fillStyle = fills[span];
			const top = middle - (ROW_PX - 6) / 2 + index * step;
			ctx.fillRect(NAME_PX + fromMs * scale, top, Math.max(1, (toMs - fromMs) * scale), step);
		});
		ctx.fillStyle = inks.text;
		ctx.textAlign = 'right';
		ctx.fillText(`${totalMs(turn).toFixed(0)} ms`, width, middle);
	});
}

const fillsOf = (inks: Inks): Readonly<Record<Span, string>> => ({
	decision: inks.user,
	token: inks.faint,
	page: inks.text,
	heard: inks.assistant
});

function legend(
	ctx: CanvasRenderingContext2D,
	inks: Inks,
	fills: Readonly<Record<Span, string>>,
	names: SpanNames
): void {
	ctx.textAlign = 'left';
	let x = 0;
	for (const span of SPANS) {
		ctx.fillStyle = fills[span];
		ctx.fillRect(x, HEAD_PX / 2 - 4, 8, 8);
		ctx.fillStyle = inks.quiet;
		ctx.fillText(names[span], x + 12, HEAD_PX / 2);
		x += 12 + ctx.measureText(names[span]).width + 12;
	}
}
