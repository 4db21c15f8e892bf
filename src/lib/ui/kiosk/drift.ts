/** Where an attract screen stands at its nth turn: a slow loop that comes to the same place only after hours. Pure. */

/** In hundredths of the screen's shorter side: enough that no edge stays where it was. */
const REACH_VMIN = 2.5;

export function placeAt(turn: number): { readonly x: number; readonly y: number } {
	const place = (phase: number): number => Math.round(Math.sin(phase) * REACH_VMIN * 100) / 100;
	return { x: place(turn * 0.53), y: place(turn * 0.37 + 1) };
}
