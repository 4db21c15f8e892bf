/** What a page has to know of `parley.1` before it speaks it: apart from the messages, whose codec a first visit need not load. */

export const SESSION_PATH = '/v1/session';
export const SESSION_SUBPROTOCOL = 'parley.1';
export const SESSION_VERSION = 1;

/** A JWT with some claims is under 2 kB. */
export const MAX_TOKEN_CHARS = 4096;
