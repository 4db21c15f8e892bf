/** One picture of the film: the ground, the rings, and the caption under them. Drawn on canvases that nobody sees. */
import type { Scene } from '../../../sound/scene.ts';
import { LIGHT_RADII, LINES_RADII, unitOf } from '../../rings/layout.ts';
import { RingsPainter } from '../../rings/painter.ts';
import { readPalette } from '../../rings/palette.ts';
import { cardNow, cutOff, lastLines, type Setting } from '../../subtitle.ts';
import { runsLeft, typeset } from './typesetting.ts';

/** A square, as it is shown where people share such things. */
export const SIDE = 720;
/** The rings' box, from the top. */
const RINGS_HEIGHT = 520;
const CAPTION_PX = 36;
const LINE_PX = 47;
const LINE_WIDTH = 620;
/** The first line's baseline. */
const CAPTION_Y = 594;
const TITLE_PX = 24;

interface Word {
	readonly text: string;
	readonly ink: string;
}

export class Picture {
	readonly canvas: HTMLCanvasElement;
	readonly #ctx: CanvasRenderingContext2D;
	readonly #lines: HTMLCanvasElement;
	readonly #light: HTMLCanvasElement;
	readonly #rings: RingsPainter;
	readonly #inks: Readonly<Record<'ground' | 'text' | 'faint' | 'quiet' | 'own', string>>;
	readonly #serif: string;
	readonly #setting: Setting;

	/** Worn as the page is worn just now. `still`: reduced motion. */
	constructor(still: boolean) {
		[this.canvas, this.#ctx] = canvasOf(false);
		const [lines, linesContext] = canvasOf(true);
		const [light, lightContext] = canvasOf(true);
		this.#lines = lines;
		this.#light = light;
		this.canvas.width = this.canvas.height = SIDE;
		this.#rings = new RingsPainter(linesContext, lightContext, () => undefined);
		this.#rings.still = still;
		this.#rings.setPalette(readPalette(document.documentElement));
		this.#rings.resize({ width: SIDE, height: RINGS_HEIGHT, x: SIDE / 2, y: RINGS_HEIGHT / 2 }, 1);
		const style = getComputedStyle(document.documentElement);
		const token = (name: string): string => style.getPropertyValue(name).trim();
		this.#inks = {
			ground: token('--ground'),
			text: token('--text'),
			faint: token('--faint'),
			quiet: token('--quiet'),
			own: token('--user-text')
		};
		this.#serif = token('--serif');
		this.#setting = {
			lineWidth: LINE_WIDTH,
			widthOf: (text) => {
				this.#ctx.font = this.#font(CAPTION_PX);
				return this.#ctx.measureText(text).width;
			}
		};
	}

	/** Both voices' latest windows, and how loud the assistant is played. */
	hear(user: Float32Array, assistant: Float32Array, duck: number): void {
		this.#rings.hear({ type: 'signal', user, assistant, duck });
	}

	interrupt(): void {
		this.#rings.interrupt();
	}

	/** Draws what is seen at `atMs`. */
	draw(scene: Scene, atMs: number): void {
		const ctx = this.#ctx;
		this.#rings.setPhase(scene.phase);
		this.#rings.paint(atMs);
		ctx.fillStyle = this.#inks.ground;
		ctx.fillRect(0, 0, SIDE, SIDE);
		const unit = unitOf(SIDE, RINGS_HEIGHT);
		this.#lay(this.#light, LIGHT_RADII * unit);
		this.#lay(this.#lines, LINES_RADII * unit);
		ctx.fillStyle = this.#inks.quiet;
		ctx.font = this.#font(TITLE_PX, 440);
		ctx.direction = 'ltr';
		ctx.textAlign = 'left';
		ctx.fillText('Parley', 32, 48);
		this.#caption(scene);
	}

	#lay(canvas: HTMLCanvasElement, radii: number): void {
		const side = Math.ceil(radii);
		this.#ctx.drawImage(canvas, Math.round((SIDE - side) / 2), Math.round((RINGS_HEIGHT - side) / 2), side, side);
	}

	#caption({ caption, interrupted, own }: Scene): void {
		const { text, faint, own: ownInk } = this.#inks;
		const card = cardNow(caption, this.#setting);
		const shown = interrupted ? cutOff(card) : card;
		if (shown.length > 0) {
			this.#set(shown.map((word) => ({ text: word.text.trim(), ink: word.heard ? text : faint })));
		} else if (own !== '') {
			this.#set(
				lastLines(own, this.#setting)
					.join(' ')
					.split(' ')
					.map((word) => ({ text: word, ink: ownInk }))
			);
		}
	}

	#set(words: readonly Word[]): void {
		const ctx = this.#ctx;
		const { widthOf } = this.#setting;
		const left = runsLeft(words.map(({ text }) => text).join(' '));
		const widths = words.map(({ text }) => Math.min(LINE_WIDTH, widthOf(text)));
		ctx.direction = left ? 'rtl' : 'ltr';
		ctx.textAlign = 'left';
		for (const { index, x, line } of typeset(widths, widthOf(' '), LINE_WIDTH, left)) {
			const word = words[index];
			if (word === undefined) continue;
			ctx.fillStyle = word.ink;
			// A word that is longer than a line is drawn narrower.
			ctx.fillText(word.text, SIDE / 2 + x, CAPTION_Y + line * LINE_PX, LINE_WIDTH);
		}
	}

	#font(px: number, weight = 380): string {
		return `${String(weight)} ${String(px)}px ${this.#serif}`;
	}
}

function canvasOf(alpha: boolean): readonly [HTMLCanvasElement, CanvasRenderingContext2D] {
	const canvas = document.createElement('canvas');
	const context = canvas.getContext('2d', { alpha });
	if (context === null) throw new Error('no canvas');
	return [canvas, context];
}
