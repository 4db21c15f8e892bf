/** What a scripted server itself knows of its times: the load tester's figures have to be these. */
export interface Page {
	/** When the first page of the person's voice came; null for the greeting. */
	voiceMs: number | null;
	wordMs: number | null;
	pausedMs: number | null;
	askedMs: number;
	writtenMs: number;
	/** When each frame of 80 ms left. */
	frameMs: number[];
}

export class Diary {
	/** An answer each, of all conversations, in the order in which they were asked for. */
	readonly pages: Page[] = [];
}

/** What there is so far of the next page. */
export class Draft {
	voiceMs: number | null = null;
	wordMs: number | null = null;
	pausedMs: number | null = null;

	take(askedMs: number): Page {
		const page = { ...this, askedMs, writtenMs: Number.NaN, frameMs: [] };
		this.voiceMs = null;
		this.wordMs = null;
		this.pausedMs = null;
		return page;
	}
}
