/** `promise`, or a rejection with TimeoutError where it takes longer than `ms`; it then goes on by itself, unheard. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new TimeoutError()), ms);
		promise.then(resolve, reject).finally(() => clearTimeout(timer));
	});
}

export class TimeoutError extends Error {
	override readonly name = 'TimeoutError';
}
