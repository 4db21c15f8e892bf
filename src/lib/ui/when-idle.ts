/** Runs `task` once the browser has nothing better to do, or after two seconds. Returns how to call it off. */
export function whenIdle(task: () => void): () => void {
	// Safari has no requestIdleCallback.
	if (typeof requestIdleCallback === 'function') {
		const handle = requestIdleCallback(task, { timeout: 2000 });
		return () => cancelIdleCallback(handle);
	}
	const handle = setTimeout(task, 2000);
	return () => clearTimeout(handle);
}
