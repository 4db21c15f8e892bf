/** What has to be undone, newest first: once, whenever that is. What is added after that is undone on the spot. */
export class Cleanup {
	readonly #undos: (() => void)[] = [];
	#done = false;

	add(undo: () => void): void {
		if (this.#done) undo();
		else this.#undos.push(undo);
	}

	/** Undoes everything, even if one of the undos throws; then throws the same. */
	run(): void {
		this.#done = true;
		const undo = this.#undos.pop();
		if (undo === undefined) return;
		try {
			undo();
		} finally {
			this.run();
		}
	}
}
