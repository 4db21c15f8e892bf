/** Where the microphone's stream goes into the graph: one at a time, and another whenever that is. */
export class MicrophonePlug {
	#stream: MediaStream | null = null;
	#context: AudioContext | null = null;
	#source: MediaStreamAudioSourceNode | null = null;
	readonly #nodes = new Set<AudioNode>();

	/** From now on what is put in here is heard by `node`. Throws where the stream does not fit the context. */
	mount(context: AudioContext, node: AudioNode): void {
		this.#context = context;
		this.#nodes.add(node);
		this.put(this.#stream);
	}

	/** Once mounted: one more node hears it, until the answer is called. */
	share(node: AudioNode): () => void {
		this.#nodes.add(node);
		this.#source?.connect(node);
		return () => {
			if (this.#nodes.delete(node)) this.#source?.disconnect(node);
		};
	}

	/** In place of the one before, which stays where the browser refuses the new one and this throws; null: silence. */
	put(stream: MediaStream | null): void {
		if (this.#context !== null) {
			const next = stream === null ? null : this.#context.createMediaStreamSource(stream);
			for (const node of this.#nodes) next?.connect(node);
			this.#source?.disconnect();
			this.#source = next;
		}
		this.#stream = stream;
	}
}
