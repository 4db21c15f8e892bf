/** Values that several settings share: each schema's message is the end of a sentence that begins with the name. */
import * as v from 'valibot';

export const oneOf = <const T extends readonly string[]>(options: T, fallback: T[number]) =>
	v.optional(v.picklist(options, `must be one of ${options.join(', ')}`), fallback);

export function wholeNumber(min: number, max: number) {
	const message = `must be a whole number from ${min} to ${max}`;
	return v.pipe(
		v.string(),
		v.regex(/^\d{1,9}$/, message),
		v.transform(Number),
		v.minValue(min, message),
		v.maxValue(max, message)
	);
}

/** Three digits behind the point at most. */
export function seconds(min: number, max: number) {
	const message = `must be a number of seconds from ${min} to ${max}`;
	return v.pipe(
		v.string(),
		v.regex(/^\d{1,4}(\.\d{1,3})?$/, message),
		v.transform(Number),
		v.minValue(min, message),
		v.maxValue(max, message)
	);
}

/** Goes into a header: anything else in it would be an error much later, or a header of its own. */
export const key = v.pipe(
	v.string(),
	v.regex(/^[\x21-\x7e]+$/, 'may hold only printable ASCII without spaces: check for a stray quote or line break')
);
export const shortText = v.pipe(v.string(), v.maxLength(200, 'must be at most 200 characters'));
export const path = v.pipe(v.string(), v.maxLength(4096, 'must be a path of at most 4096 characters'));

/** Commas between the items; what is empty between two is skipped. */
export const list = v.pipe(
	v.string(),
	v.transform((text) => text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()])))
);
