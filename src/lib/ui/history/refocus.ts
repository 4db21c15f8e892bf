/** Where what was pressed is gone by now, the keyboard goes on from the page's title, and not from the browser's own bar. */
import { tick } from 'svelte';

export async function refocus(): Promise<void> {
	await tick();
	const { activeElement, body } = document;
	if (activeElement === null || activeElement === body) {
		document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
	}
}
