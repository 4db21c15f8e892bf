/** What has to be undone, newest first: once, whenever that is. What is added after that is undone on the spot. */
export class Cleanup {
	readonly #undos: (() => void)[] = [];
	#done = false;

	get done(): boolean {
		return this.#done;
	}

	add(undo: () => void): void {
		if (this.#done) undo();
		else this.#undos.push(undo);
	}

	run(): void {
		this.#done = true;
		for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) undo();
	}
}
