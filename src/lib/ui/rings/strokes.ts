/** Paths on the canvas that both rings share. No allocation: they run for every strand of every frame. */

const DASHES = 40;
const dash: number[] = [0, 0];
const whole: number[] = [];

/** A smooth closed path: each point (x, y, x, y, …) is the handle of a curve from middle to middle of its neighbours. */
export function traceClosed(ctx: CanvasRenderingContext2D, points: Float32Array): void {
	const size = points.length;
	const lastX = points[size - 2] ?? 0;
	const lastY = points[size - 1] ?? 0;
	ctx.beginPath();
	ctx.moveTo((lastX + (points[0] ?? 0)) / 2, (lastY + (points[1] ?? 0)) / 2);
	for (let at = 0; at < size; at += 2) {
		const next = at + 2 < size ? at + 2 : 0;
		const x = points[at] ?? 0;
		const y = points[at + 1] ?? 0;
		ctx.quadraticCurveTo(x, y, (x + (points[next] ?? 0)) / 2, (y + (points[next + 1] ?? 0)) / 2);
	}
	ctx.closePath();
}

/** Breaks the line that follows into dashes: 0 = whole, towards 1 = ever wider gaps. */
export function dashOf(ctx: CanvasRenderingContext2D, broken: number, radius: number): void {
	if (broken < 0.01) {
		ctx.setLineDash(whole);
		return;
	}
	const pitch = (2 * Math.PI * radius) / DASHES;
	dash[0] = pitch * (1 - broken);
	dash[1] = pitch * broken;
	ctx.setLineDash(dash);
}
