/** Cut-ins against gap as a picture: an SVG that reads on paper and on any page, written by hand. */

export interface CurvePoint {
	readonly label: string;
	readonly gapMs: number;
	readonly cutInPercent: number;
}
export interface Curve {
	readonly name: string;
	readonly points: readonly CurvePoint[];
}
export interface Picture {
	readonly title: string;
	readonly subtitle: string;
	readonly curves: readonly Curve[];
	/** Policies as they are, marked by a ring. */
	readonly marks: readonly CurvePoint[];
	/** No longer a gap and no more cut-ins than this is the aim. */
	readonly aim: { readonly gapMs: number; readonly cutInPercent: number } | null;
}

const SIZE = { width: 840, height: 540 };
const PLOT = { left: 84, right: 800, top: 104, bottom: 462 };
const PAPER = '#faf6ee';
const INK = '#2c2520';
const QUIET = '#6f655b';
const RULE = '#e2d9ca';
const SHADE = '#efe6d4';
/** Dark inks that stay apart in grey as well, each with its dash. */
const INKS = [
	{ ink: '#9c3d14', dash: '' },
	{ ink: '#1d5a6b', dash: '7 4' },
	{ ink: '#5d4a8a', dash: '2 4' },
	{ ink: '#4c6120', dash: '10 3 2 3' }
] as const;

export function svg({ title, subtitle, curves, marks, aim }: Picture): string {
	const points = [...curves.flatMap((curve) => curve.points), ...marks];
	const x = axis(
		points.map(({ gapMs }) => gapMs),
		[PLOT.left, PLOT.right],
		100
	);
	const y = axis([0, ...points.map(({ cutInPercent }) => cutInPercent)], [PLOT.bottom, PLOT.top], 5);
	const parts = [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-labelledby="t d" font-family="'Iowan Old Style', Palatino, Georgia, serif" fill="${INK}">`,
		`<title id="t">${escaped(title)}</title>`,
		`<desc id="d">${escaped(described(curves, marks))}</desc>`,
		`<rect width="100%" height="100%" rx="10" fill="${PAPER}"/>`,
		text(32, 46, title, 'font-size="23"'),
		text(32, 70, subtitle, `font-size="14" fill="${QUIET}"`),
		...(aim === null ? [] : aimed(x, y, aim)),
		...x.ticks.flatMap((tick) => [
			line(x.at(tick), PLOT.top, x.at(tick), PLOT.bottom, RULE),
			text(x.at(tick), PLOT.bottom + 22, `${tick}`, `font-size="13" fill="${QUIET}" text-anchor="middle"`)
		]),
		...y.ticks.flatMap((tick) => [
			line(PLOT.left, y.at(tick), PLOT.right, y.at(tick), RULE),
			text(PLOT.left - 12, y.at(tick) + 4, `${tick} %`, `font-size="13" fill="${QUIET}" text-anchor="end"`)
		]),
		text(PLOT.right, PLOT.bottom + 48, 'true end → decision, median, ms', 'font-size="14" text-anchor="end"'),
		text(PLOT.left - 52, PLOT.top - 12, 'turns cut in on', 'font-size="14"'),
		...curves.flatMap((curve, index) => drawn(curve, index, marks, x, y)),
		...marks.flatMap((mark) => marked(mark, x, y)),
		'</svg>'
	];
	return `${parts.join('\n')}\n`;
}

interface Axis {
	readonly ticks: readonly number[];
	at(value: number): number;
}

function axis(values: readonly number[], [from, to]: readonly [number, number], step: number): Axis {
	const low = Math.floor(Math.min(...values) / step) * step;
	const high = Math.max(low + step, Math.ceil((Math.max(...values) * 1.02) / step) * step);
	const every = step * Math.max(1, Math.ceil((high - low) / step / 9));
	const ticks: number[] = [];
	for (let tick = low; tick <= high; tick += every) ticks.push(tick);
	return { ticks, at: (value) => round(from + ((value - low) / (high - low)) * (to - from)) };
}

function drawn({ name, points }: Curve, index: number, marks: readonly CurvePoint[], x: Axis, y: Axis): string[] {
	const { ink, dash } = INKS[index % INKS.length] ?? INKS[0];
	// Where a ring says which policy it is, the option's own value would lie on top of it.
	const isMarked = ({ gapMs, cutInPercent }: CurvePoint): boolean =>
		marks.some((mark) => Math.hypot(x.at(mark.gapMs) - x.at(gapMs), y.at(mark.cutInPercent) - y.at(cutInPercent)) < 12);
	const labelDy = index % 2 === 0 ? -9 : 18;
	const placed = points.map((point) => ({ ...point, x: x.at(point.gapMs), y: y.at(point.cutInPercent) }));
	const path = placed.map((point, i) => `${i === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join(' ');
	const legendY = PLOT.top + 8 + index * 24;
	return [
		`<path d="${path}" fill="none" stroke="${ink}" stroke-width="2.2" stroke-linejoin="round"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`,
		...placed.flatMap((point) => [
			`<circle cx="${point.x}" cy="${point.y}" r="3.6" fill="${ink}"/>`,
			...(isMarked(point) ? [] : [text(point.x + 5, point.y + labelDy, point.label, `font-size="12" fill="${ink}"`)])
		]),
		`<path d="M${PLOT.right - 250} ${legendY} h34" stroke="${ink}" stroke-width="2.2"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`,
		text(PLOT.right - 206, legendY + 5, name, 'font-size="14"')
	];
}

function marked({ label, gapMs, cutInPercent }: CurvePoint, x: Axis, y: Axis): string[] {
	const [cx, cy] = [x.at(gapMs), y.at(cutInPercent)];
	const isLeft = cx < PLOT.left + 90;
	return [
		`<circle cx="${cx}" cy="${cy}" r="8" fill="none" stroke="${INK}" stroke-width="2"/>`,
		text(
			cx + (isLeft ? 13 : -13),
			cy + 18,
			label,
			`font-size="15" font-style="italic"${isLeft ? '' : ' text-anchor="end"'}`
		)
	];
}

function aimed(x: Axis, y: Axis, aim: { readonly gapMs: number; readonly cutInPercent: number }): string[] {
	const [right, top] = [Math.min(PLOT.right, x.at(aim.gapMs)), y.at(aim.cutInPercent)];
	if (right <= PLOT.left) return [];
	return [
		`<rect x="${PLOT.left}" y="${top}" width="${round(right - PLOT.left)}" height="${round(PLOT.bottom - top)}" fill="${SHADE}"/>`,
		text(PLOT.left + 10, PLOT.bottom - 10, 'aim', `font-size="14" font-style="italic" fill="${QUIET}"`)
	];
}

function described(curves: readonly Curve[], marks: readonly CurvePoint[]): string {
	const told = ({ label, gapMs, cutInPercent }: CurvePoint): string =>
		`${label}: ${gapMs.toFixed(0)} ms, ${cutInPercent.toFixed(1)} %`;
	return [...marks.map(told), ...curves.map(({ name, points }) => `${name}: ${points.map(told).join('; ')}`)].join(
		'. '
	);
}

const text = (x: number, y: number, content: string, attributes: string): string =>
	`<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, ink: string): string =>
	`<path d="M${x1} ${y1} L${x2} ${y2}" stroke="${ink}"/>`;
const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (content: string): string =>
	content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
