/** JSON that remembers on which line each value stands, so that a mistake in a file can be pointed at. */

export interface Located {
	readonly value: unknown;
	/** The line of the value at a path such as `script.3.say`; of the nearest one above it where that is missing. */
	lineOf(path: readonly (string | number)[]): number;
}

/** `line` counts from 1. */
export class JsonError extends Error {
	readonly line: number;

	constructor(message: string, line: number) {
		super(message);
		this.name = 'JsonError';
		this.line = line;
	}
}

/** Reads one JSON value; throws a JsonError. */
export function readJson(text: string): Located {
	const reader = new Reader(text);
	const value = reader.document();
	return {
		value,
		lineOf(path) {
			for (let length = path.length; length >= 0; length--) {
				const line = reader.lines.get(path.slice(0, length).join('.'));
				if (line !== undefined) return line;
			}
			return 1;
		}
	};
}

/** Deeper than any scenario, shallower than the stack. */
const DEEPEST = 40;

class Reader {
	readonly lines = new Map<string, number>();
	readonly #text: string;
	#at = 0;
	#line = 1;

	constructor(text: string) {
		this.#text = text;
	}

	document(): unknown {
		const value = this.#value([]);
		this.#space();
		if (this.#at < this.#text.length) this.#fail(`nothing more is expected here than the end, not ${this.#seen()}`);
		return value;
	}

	#value(path: readonly (string | number)[]): unknown {
		this.#space();
		this.lines.set(path.join('.'), this.#line);
		if (path.length > DEEPEST) this.#fail('too deeply nested');
		const character = this.#text[this.#at];
		if (character === '{') return this.#object(path);
		if (character === '[') return this.#array(path);
		if (character === '"') return this.#string();
		return this.#scalar();
	}

	#object(path: readonly (string | number)[]): Record<string, unknown> {
		const entries = new Map<string, unknown>();
		this.#at += 1;
		if (this.#takes('}')) return {};
		do {
			this.#space();
			if (this.#text[this.#at] !== '"') this.#fail(`a name in double quotes is expected, not ${this.#seen()}`);
			const name = this.#string();
			if (entries.has(name)) this.#fail(`"${name}" stands here twice`);
			this.#expect(':');
			entries.set(name, this.#value([...path, name]));
		} while (this.#takes(','));
		this.#expect('}');
		return Object.fromEntries(entries);
	}

	#array(path: readonly (string | number)[]): unknown[] {
		const items: unknown[] = [];
		this.#at += 1;
		if (this.#takes(']')) return items;
		do items.push(this.#value([...path, items.length]));
		while (this.#takes(','));
		this.#expect(']');
		return items;
	}

	#string(): string {
		const token = /"(?:[^"\\\n]|\\.)*"/y;
		token.lastIndex = this.#at;
		const found = token.exec(this.#text)?.[0];
		if (found === undefined) return this.#fail('this text has no closing quote on its line');
		this.#at += found.length;
		return String(this.#parsed(found));
	}

	#scalar(): unknown {
		const token = /[-+.\w]+/y;
		token.lastIndex = this.#at;
		const found = token.exec(this.#text)?.[0];
		if (found === undefined) return this.#fail(`a value is expected, not ${this.#seen()}`);
		this.#at += found.length;
		return this.#parsed(found);
	}

	#parsed(token: string): unknown {
		try {
			return JSON.parse(token);
		} catch {
			return this.#fail(`${token} is not JSON`);
		}
	}

	#takes(character: string): boolean {
		this.#space();
		if (this.#text[this.#at] !== character) return false;
		this.#at += 1;
		return true;
	}

	#expect(character: string): void {
		if (!this.#takes(character)) this.#fail(`"${character}" is expected, not ${this.#seen()}`);
	}

	#space(): void {
		for (; /\s/.test(this.#text[this.#at] ?? ''); this.#at++) if (this.#text[this.#at] === '\n') this.#line += 1;
	}

	#seen(): string {
		const character = this.#text[this.#at];
		return character === undefined ? 'the end of the file' : `"${character}"`;
	}

	#fail(message: string): never {
		throw new JsonError(message, this.#line);
	}
}
