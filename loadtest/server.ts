/** What a server says of itself over HTTP, beside the sockets. */
import * as v from 'valibot';
import { parseJsonWith } from '../src/lib/protocol/llm.ts';
import { LoadTestError } from './error.ts';

const LIMIT_MS = 5000;
const MAX_CHARS = 1 << 22;

const HealthSchema = v.object({ ok: v.boolean() });
/** The part of Unmute's list that is needed. */
const VoicesSchema = v.array(v.object({ source: v.object({ path_on_server: v.nullish(v.string()) }) }));

/** Throws LoadTestError where nobody answers there, or who does says that it cannot work. */
export async function checkHealth(server: URL): Promise<void> {
	const health = await read(HealthSchema, server, '/v1/health');
	if (health === 'away') throw new LoadTestError(`Nobody answers at ${server.origin}.`);
	if (health !== null && !health.ok) {
		throw new LoadTestError(
			`${server.origin} says at /v1/health that it cannot work: some of its servers do not answer.`
		);
	}
}

/** The first voice that the server offers, as Unmute's load tester takes it; null where it offers none. */
export async function firstVoice(server: URL): Promise<string | null> {
	const voices = await read(VoicesSchema, server, '/v1/voices');
	if (voices === null || voices === 'away') return null;
	return voices[0]?.source.path_on_server ?? null;
}

/** Null: something answered that is not understood, as a server without this route does. */
async function read<const S extends v.GenericSchema>(
	schema: S,
	server: URL,
	path: string
): Promise<v.InferOutput<S> | null | 'away'> {
	const url = httpUrl(server, path);
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
		const body = await response.text();
		if (!response.ok || body.length > MAX_CHARS) return null;
		const parsed = parseJsonWith(schema, body);
		return parsed.ok ? parsed.value : null;
	} catch {
		return 'away';
	}
}

/** `path` beside the socket's own: of wss://HOST/api/v1/realtime, https://HOST/api and then `path`. */
function httpUrl(server: URL, path: string): URL {
	const isSecure = server.protocol === 'wss:' || server.protocol === 'https:';
	const prefix = server.pathname.replace(/\/v1\/(?:realtime|session)$/, '').replace(/\/+$/, '');
	return new URL(`${isSecure ? 'https' : 'http'}://${server.host}${prefix}${path}`);
}
