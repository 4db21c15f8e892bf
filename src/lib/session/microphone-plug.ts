/** Where the microphone's stream goes into the graph: one at a time, and another whenever that is. */
export class MicrophonePlug {
	#stream: MediaStream | null = null;
	#into: { readonly context: AudioContext; readonly node: AudioNode } | null = null;
	#source: MediaStreamAudioSourceNode | null = null;

	/** From now on what is put in here is heard by `node`. Throws where the stream does not fit the context. */
	mount(context: AudioContext, node: AudioNode): void {
		this.#into = { context, node };
		this.put(this.#stream);
	}

	/** In place of the one before, which stays where the browser refuses the new one and this throws; null: silence. */
	put(stream: MediaStream | null): void {
		if (this.#into !== null) {
			const { context, node } = this.#into;
			const next = stream === null ? null : context.createMediaStreamSource(stream);
			next?.connect(node);
			this.#source?.disconnect();
			this.#source = next;
		}
		this.#stream = stream;
	}
}
