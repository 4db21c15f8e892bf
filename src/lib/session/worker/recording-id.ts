/** 128 bits that nobody guesses, as 32 hexadecimal digits. Not `randomUUID`, which a page without TLS does not have. */
export function newRecordingId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
