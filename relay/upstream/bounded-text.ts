/** A body as UTF-8 text; null where it is longer than `mostBytes`: no more than that of it is ever held. */
export async function boundedText({ body }: Pick<Response, 'body'>, mostBytes: number): Promise<string | null> {
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for await (const chunk of body ?? []) {
		bytes += chunk.byteLength;
		if (bytes > mostBytes) return null; // leaving the loop cancels the rest
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
