/** What a person gave one relay, and no other is ever told: kept in this browser under one key, by the relay's origin. */
import * as v from 'valibot';
import { forget, recall, remember, type Key, type Shelf } from './stored.ts';

/** More than anybody talks to; the one that was given something longest ago goes first. */
export const MOST_RELAYS = 32;

const AllSchema = v.record(v.string(), v.unknown());

const all = (key: Key, shelf?: Shelf | null): Map<string, unknown> =>
	new Map(Object.entries(recall(key, AllSchema, shelf) ?? {}));

/** What is kept for `relay`, or null where there is nothing, or nothing that fits. */
export function recallFor<const S extends v.GenericSchema>(
	key: Key,
	relay: string,
	schema: S,
	shelf?: Shelf | null
): v.InferOutput<S> | null {
	const parsed = v.safeParse(schema, all(key, shelf).get(relay));
	return parsed.success ? parsed.output : null;
}

/** Keeps it for `relay`, or with null takes it away for good. */
export function rememberFor(
	key: Key,
	relay: string,
	value: string | null,
	shelf?: (Shelf & Pick<Storage, 'removeItem'>) | null
): void {
	const kept = all(key, shelf);
	kept.delete(relay);
	if (value !== null) kept.set(relay, value);
	if (kept.size === 0) forget(key, shelf);
	else remember(key, Object.fromEntries([...kept].slice(-MOST_RELAYS)), shelf);
}
