/** What whoever runs the load test can mend: its message says how, and no stack is shown. */
export class LoadTestError extends Error {
	override readonly name = 'LoadTestError';
}
