/** Limits that do not depend on the deployment. Each bounds what one peer can make the relay hold or wait for. */

/** All header fields of one request. Cookies of other services on `localhost` travel here too: Node's own default. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** From the first byte of a connection, or of the next request on it, to the end of its headers. Against slow-loris. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** From the first byte of a request to the end of its body. Longer than HEADERS_TIMEOUT_MS by what 4 MB takes at 1 Mbit/s. */
export const REQUEST_TIMEOUT_MS = 45_000;
/** How often Node looks for connections past the two limits above. */
export const TIMEOUT_CHECK_MS = 2_000;
/** An idle kept-alive connection, and a reader that takes nothing of an answer. Pages load in one burst, so it is short. */
export const HTTP_IDLE_MS = 15_000;
/** How long the rest of an unread body is swallowed, so that the answer arrives before the reset does. */
export const LINGER_MS = 1_000;
/** How long a peer has to answer a close frame before its connection is cut. */
export const CLOSE_TIMEOUT_MS = 3_000;
/**
 * Connections at a time, whatever they are used for: the most sessions that can be configured, and as many again for pages.
 * Each takes some 15 kB before it has said anything, and a file descriptor that a speech server's connection then lacks.
 */
export const MAX_CONNECTIONS = 20_000;
/** Fragments of one message. An honest client sends one; 1,024 of 1 KiB are our largest message. */
export const MAX_FRAGMENTS = 1024;
/** uWebSockets.js takes idle timeouts from 8 to 960 seconds and ends the process over any other. */
export const IDLE_TIMEOUT_S = { min: 8, max: 960 } as const;
