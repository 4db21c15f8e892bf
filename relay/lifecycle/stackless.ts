/** Reasons for what ends as it should, several times a reply: a stack trace costs more than all else about them. */

/** The error that `make` makes, without a stack. */
export function stackless<E extends Error>(make: () => E): E {
	const { stackTraceLimit } = Error;
	Error.stackTraceLimit = 0;
	try {
		return make();
	} finally {
		Error.stackTraceLimit = stackTraceLimit;
	}
}

/** For `abort`: no longer wanted, and nobody's failure. Without a reason Node would make a DOMException for each. */
export const UNWANTED = 'no longer wanted';
