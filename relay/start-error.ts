/** The relay cannot start, and the operator can do something about it: the message says what. */
export class StartError extends Error {
	override readonly name = 'StartError';
}
