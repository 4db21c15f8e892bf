/** The limits that every transport under test listens with. */
export const LIMITS = {
	maxMessageBytes: 64 * 1024,
	maxBufferedBytes: 256 * 1024,
	/** The least that uWebSockets.js takes. */
	idleTimeoutS: 8
} as const;
