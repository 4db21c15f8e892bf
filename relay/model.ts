/** What an LLM server says of its models: which one to ask for where the operator named none, and how much one reads. */
import { MODELS_PATH, ModelsSchema, parseJsonWith } from '../src/lib/protocol/llm.ts';
import type { Instance } from './discovery/instance.ts';
import type { Service } from './discovery/service.ts';
import { StartError } from './start-error.ts';
import { ask } from './upstream/ask.ts';
import { UpstreamError, asUpstreamError } from './upstream/failure.ts';

/** A server that has finished loading lists its models at once; one that is still loading does not answer. */
const TIMEOUT_MS = 5000;
/** The relay starts without this answer. */
const CONTEXT_TIMEOUT_MS = 1000;
const MOST_NAMED = 8;
/** One after the other, before the relay starts. */
const MOST_ASKED = 4;
/** Services that resell every model there is list some hundred of them at length. */
const MAX_LIST_BYTES = 4 << 20;

type Servers = Pick<Service, 'instances'>;

export interface ServedModel {
	readonly id: string;
	/** What it reads and writes in all, in tokens; null where the server does not tell. vLLM does. */
	readonly contextTokens: number | null;
}

/**
 * The only model that the service lists; where it has several servers, the first that answers speaks for all.
 * @throws StartError where none answers, or it lists none or several.
 */
export async function onlyModel(service: Servers, apiKey: string, timeoutMs = TIMEOUT_MS): Promise<ServedModel> {
	const models = parseJsonWith(ModelsSchema, await listModels(service, apiKey, timeoutMs));
	if (!models.ok)
		throw new StartError(
			`LLM_URL: the answer to ${MODELS_PATH} is no list of models. Check LLM_URL, or set LLM_MODEL.`
		);
	const { data } = models.value;
	const ids = data.map((model) => model.id);
	const [only] = data;
	if (only !== undefined && data.length === 1) return { id: only.id, contextTokens: knownTokens(only.max_model_len) };
	if (only === undefined) throw new StartError('LLM_URL: the server lists no model. Load one there, or set LLM_MODEL.');
	const named = `${ids.slice(0, MOST_NAMED).join(', ')}${ids.length > MOST_NAMED ? ', …' : ''}`;
	throw new StartError(`LLM_URL: the server lists ${ids.length} models. Set LLM_MODEL to one of them: ${named}`);
}

/** What the service tells of the context of `model`; null where it tells nothing, or does not answer. Never rejects. */
export async function contextOf(
	service: Servers,
	apiKey: string,
	model: string,
	timeoutMs = CONTEXT_TIMEOUT_MS
): Promise<number | null> {
	try {
		const models = parseJsonWith(ModelsSchema, await listModels(service, apiKey, timeoutMs));
		if (!models.ok) return null;
		return knownTokens(models.value.data.find(({ id }) => id === model)?.max_model_len);
	} catch {
		return null;
	}
}

/** A server that does not know may list 0, or -1. */
export function knownTokens(tokens: number | null | undefined): number | null {
	return typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens > 0 ? tokens : null;
}

async function listModels(service: Servers, apiKey: string, timeoutMs: number): Promise<string> {
	let first: StartError | null = null;
	try {
		for (const instance of (await service.instances()).slice(0, MOST_ASKED)) {
			const listed = await listOf(instance, apiKey, timeoutMs);
			if (typeof listed === 'string') return listed;
			first ??= listed;
		}
	} catch (error) {
		first ??= silent(error instanceof UpstreamError ? error.message : 'it cannot be looked up');
	}
	throw first ?? silent('no server is known');
}

async function listOf(instance: Instance, apiKey: string, timeoutMs: number): Promise<string | StartError> {
	try {
		const { status, body } = await ask(instance, {
			path: MODELS_PATH,
			headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
			timeoutMs,
			maxBytes: MAX_LIST_BYTES
		});
		if (status >= 200 && status < 300) return body;
		const hint = status === 401 || status === 403 ? 'Check LLM_API_KEY.' : 'Check LLM_URL, or set LLM_MODEL.';
		return new StartError(`LLM_URL: ${MODELS_PATH} was answered with status ${status}. ${hint}`);
	} catch (error) {
		return silent(asUpstreamError(error, 'the question could not be asked').message);
	}
}

const silent = (why: string): StartError =>
	new StartError(
		`LLM_URL: nothing answers there (${why}). Start the server first, or set LLM_MODEL and start it later.`
	);
