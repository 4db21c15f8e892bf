/** A moshi-server's slots, as `GET /api/modules_info` tells them. */
import * as v from 'valibot';
import { API_KEY_HEADER } from '../../src/lib/protocol/moshi.ts';
import { ask } from '../upstream/ask.ts';
import { asUpstreamError } from '../upstream/failure.ts';
import type { AskSlots, Slots } from './load.ts';

export const MODULES_INFO_PATH = '/api/modules_info';
/** A server that cannot say in this time how full it is, is not the one to choose. It delays a connection at most so long. */
const TIMEOUT_MS = 200;
/** Some 200 bytes a module. */
const MAX_BYTES = 64 * 1024;

const count = v.union([
	v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
	v.pipe(v.number(), v.safeInteger(), v.minValue(0))
]);
const ModuleSchema = v.object({ path: v.optional(v.string()), used_slots: count, total_slots: count });
/** A list of modules, or a map of them by their names; those without slots (a file server) are passed over. */
const ModulesSchema = v.union([
	v.array(v.unknown()),
	v.pipe(v.record(v.string(), v.unknown()), v.transform(Object.values))
]);

/** The slots of the modules on `route`, or of all where none names its route; null where nothing is told of slots. */
export function slotsOf(json: string, route: string): Slots | null {
	let body: unknown;
	try {
		body = JSON.parse(json);
	} catch {
		return null;
	}
	const listed = v.safeParse(ModulesSchema, body);
	if (!listed.success) return null;
	const modules = listed.output.flatMap((item) => {
		const module = v.safeParse(ModuleSchema, item);
		return module.success ? [module.output] : [];
	});
	const ours = modules.filter(({ path }) => path === undefined || path === route);
	if (ours.length === 0) return null;
	return {
		used: ours.reduce((sum, module) => sum + module.used_slots, 0),
		total: ours.reduce((sum, module) => sum + module.total_slots, 0)
	};
}

/** Asks the instances of the service on `route`. */
export function moshiSlots(route: string, apiKey: string, timeoutMs = TIMEOUT_MS): AskSlots {
	const headers = apiKey === '' ? {} : { [API_KEY_HEADER]: apiKey };
	return async (instance) => {
		try {
			const { status, body } = await ask(instance, {
				path: MODULES_INFO_PATH,
				headers,
				timeoutMs,
				maxBytes: MAX_BYTES
			});
			return status === 200 ? slotsOf(body, route) : null;
		} catch (error) {
			return asUpstreamError(error, 'its slots could not be asked for');
		}
	};
}
