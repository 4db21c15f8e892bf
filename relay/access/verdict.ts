/** What is thought of who asks. */

export type Verdict =
	/** `subject` is whose token it is, for counting; null where none is asked for. Never logged. */
	| { readonly ok: true; readonly subject: string | null }
	/** `unauthorized`: no token, or none that is good; which of the two nobody is told. `unavailable`: it cannot be checked now. */
	| { readonly ok: false; readonly why: 'unauthorized' | 'unavailable' };

/** When to ask again where tokens cannot be checked. */
export const UNAVAILABLE_RETRY_MS = 5000;
