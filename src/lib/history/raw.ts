/** A value that could not be read, as a text to keep: as much of it as JSON can say. Never throws. */
export function rawText(value: unknown): string {
	try {
		const text: unknown = JSON.stringify(value, plain, '\t');
		return typeof text === 'string' ? `${text}\n` : `${String(value)}\n`;
	} catch {
		// It leads back to itself.
		return `${Object.prototype.toString.call(value)}\n`;
	}
}

/** What a database holds and JSON does not. */
function plain(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return `${String(value)}n`;
	if (value instanceof Map || value instanceof Set) return [...value];
	if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
	return value;
}
