/** What the relay uses and Node 20 lacks. */
Promise.withResolvers ??= function withResolvers<T>(this: PromiseConstructor): PromiseWithResolvers<T> {
	let resolve: PromiseWithResolvers<T>['resolve'] = () => undefined;
	let reject: PromiseWithResolvers<T>['reject'] = () => undefined;
	const promise = new this<T>((yes, no) => ([resolve, reject] = [yes, no]));
	return { promise, resolve, reject };
};
