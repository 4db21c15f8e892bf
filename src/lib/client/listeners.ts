/** Who listens to which type of message. */

interface Typed {
	readonly type: string;
}
type OfType<M extends Typed, T extends M['type']> = Extract<M, { readonly type: T }>;

export class Listeners<M extends Typed> {
	readonly #all = new Map<string, Set<(message: M) => void>>();

	/** Calls `listener` with every message of this type; the answer takes it off again. */
	on<T extends M['type']>(type: T, listener: (message: OfType<M, T>) => void): () => void {
		const mine = (message: M): void => {
			if (isOf(message, type)) listener(message);
		};
		const set = this.#all.get(type) ?? new Set();
		this.#all.set(type, set.add(mine));
		return () => {
			set.delete(mine);
		};
	}

	tell(message: M): void {
		for (const listener of this.#all.get(message.type) ?? []) listener(message);
	}
}

function isOf<M extends Typed, T extends M['type']>(message: M, type: T): message is OfType<M, T> {
	return message.type === type;
}
