/** What the service worker does with a request: from the shell that it holds, from an older one, or nothing. Pure. */

/** One build of the app, as far as it is held. Paths with a slash before them, as they are asked for. */
export interface Shell {
	readonly origin: string;
	/** Prerendered pages, without a slash at their end. */
	readonly pages: ReadonlySet<string>;
	readonly files: ReadonlySet<string>;
	/** Where every name holds its content's hash: such a file is the same in every build that has it. */
	readonly immutable: string;
}

export interface Asked {
	readonly method: string;
	readonly url: string;
	/** The browser goes to a page, rather than loading something for one. */
	readonly navigates: boolean;
}

export type Plan =
	/** The page, held under `path`; what stands behind the question mark is for the page to read, and is no other page. */
	| { readonly kind: 'page'; readonly path: string }
	| { readonly kind: 'file'; readonly path: string }
	/**
	 * A name that stands for its bytes: of another build, which a tab that was not reloaded since still runs on, or one that
	 * the bundler does not list (workers and worklets). Held from the first time that it is asked for.
	 */
	| { readonly kind: 'hashed'; readonly path: string };

/** Null: the browser asks the network, as if there were no service worker. */
export function planFor(asked: Asked, shell: Shell): Plan | null {
	if (asked.method !== 'GET') return null;
	const { origin, pathname } = new URL(asked.url);
	if (origin !== shell.origin) return null;
	if (asked.navigates) {
		const path = pathname.replace(/(.)\/+$/, '$1');
		return shell.pages.has(path) ? { kind: 'page', path } : null;
	}
	if (shell.files.has(pathname)) return { kind: 'file', path: pathname };
	return pathname.startsWith(shell.immutable) ? { kind: 'hashed', path: pathname } : null;
}

const PREFIX = 'parley-shell-';

export const cacheName = (version: string): string => PREFIX + version;

/**
 * The caches to give up, of all that there are, in the order in which they were made. The one before stays: tabs that are
 * in the middle of a talk run on it. What is not ours is not touched.
 */
export function outdated(names: readonly string[], version: string): readonly string[] {
	return names.filter((name) => name.startsWith(PREFIX) && name !== cacheName(version)).slice(0, -1);
}
