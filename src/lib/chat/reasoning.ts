/**
 * Takes a model's reasoning out of its text, for servers that do not do it themselves: it is neither shown nor spoken.
 *
 * What counts: `<think>`, `<thinking>`, `<thought>`, `<reasoning>` and `[THINK]`, in any case, up to the first end tag of any of them,
 * or to the end of the text. An end tag without a beginning is dropped alone. A tag that directly follows a
 * backtick is being talked about and stays.
 */

const NAMES = ['think', 'thinking', 'thought', 'reasoning'] as const;
const OPENERS: readonly string[] = [...NAMES.map((name) => `<${name}>`), '[think]'];
const CLOSERS: readonly string[] = [...NAMES.map((name) => `</${name}>`), '[/think]'];
const TAGS: readonly string[] = [...OPENERS, ...CLOSERS];
/** With what a tag begins. */
const BRACKETS: ReadonlySet<string> = new Set(TAGS.map((tag) => tag.charAt(0)));
const LONGEST_TAG = Math.max(...TAGS.map((tag) => tag.length));

export class ReasoningFilter {
	/** A beginning of a tag that may still become one; while thinking, the last characters. Never longer than a tag. */
	#candidate = '';
	#thinking = false;
	#last = '';

	/** Takes one UTF-16 unit; answers the units that are now known to be text, in order. */
	push(unit: string): string {
		if (this.#thinking) {
			this.#candidate = (this.#candidate + unit).slice(-LONGEST_TAG);
			const tail = this.#candidate.toLowerCase();
			if (CLOSERS.some((tag) => tail.endsWith(tag))) {
				this.#thinking = false;
				this.#candidate = '';
			}
			return '';
		}
		if (this.#candidate === '' && !BRACKETS.has(unit)) return this.#text(unit);
		const candidate = this.#candidate + unit;
		const folded = candidate.toLowerCase();
		if (!TAGS.some((tag) => tag.startsWith(folded)) || this.#last === '`') {
			// A tag begins with its only bracket, so what failed holds no other beginning but its last unit.
			const known = this.#candidate;
			this.#candidate = '';
			if (known === '') return this.#text(unit);
			return this.#text(known) + this.push(unit);
		}
		this.#candidate = candidate;
		if (TAGS.includes(folded)) {
			this.#thinking = OPENERS.includes(folded);
			this.#candidate = '';
		}
		return '';
	}

	/** No more text comes: what only began like a tag was text. Begins anew. */
	flush(): string {
		const rest = this.#thinking ? '' : this.#candidate;
		this.#candidate = '';
		this.#thinking = false;
		this.#last = '';
		return rest;
	}

	#text(text: string): string {
		this.#last = text.at(-1) ?? '';
		return text;
	}
}
