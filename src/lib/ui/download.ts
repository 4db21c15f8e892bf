/** Gives the person a text as a file, as if they had followed a link to it. In a browser only. */
export function download(name: string, text: string, type = 'application/json'): void {
	saveBlob(name, new Blob([text], { type }));
}

/** The same for anything else. */
export function saveBlob(name: string, blob: Blob): void {
	const url = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// Safari reads it a moment after the press.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
