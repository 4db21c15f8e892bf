/** Gives the person a file, as if they had followed a link to it. In a browser only. */
export function download(name: string, text: string, type = 'application/json'): void {
	const url = URL.createObjectURL(new Blob([text], { type }));
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	// Safari reads it a moment after the press.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
