/** What an LLM server says of its models: which one to ask for where the operator named none, and how much one reads. */
import { MODELS_PATH, ModelsSchema, parseJsonWith } from '../src/lib/protocol/llm.ts';
import { StartError } from './start-error.ts';
import { upstreamUrl } from './upstream/address.ts';
import { networkFailure } from './upstream/failure.ts';

/** A server that has finished loading lists its models at once; one that is still loading does not answer. */
const TIMEOUT_MS = 5000;
/** The relay starts without this answer. */
const CONTEXT_TIMEOUT_MS = 1000;
const MOST_NAMED = 8;

export interface ServedModel {
	readonly id: string;
	/** What it reads and writes in all, in tokens; null where the server does not tell. vLLM does. */
	readonly contextTokens: number | null;
}

/**
 * The only model that the server at `url` lists.
 * @throws StartError where it does not answer, or lists none or several.
 */
export async function onlyModel(url: string, apiKey: string, timeoutMs = TIMEOUT_MS): Promise<ServedModel> {
	const models = parseJsonWith(ModelsSchema, await listModels(url, apiKey, timeoutMs));
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

/** What the server tells of the context of `model`; null where it tells nothing, or does not answer. Never rejects. */
export async function contextOf(
	url: string,
	apiKey: string,
	model: string,
	timeoutMs = CONTEXT_TIMEOUT_MS
): Promise<number | null> {
	try {
		const models = parseJsonWith(ModelsSchema, await listModels(url, apiKey, timeoutMs));
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

async function listModels(url: string, apiKey: string, timeoutMs: number): Promise<string> {
	try {
		const response = await fetch(upstreamUrl(url, MODELS_PATH), {
			headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
			signal: AbortSignal.timeout(timeoutMs),
			redirect: 'manual'
		});
		if (response.ok) return await response.text();
		await response.body?.cancel();
		const hint =
			response.status === 401 || response.status === 403 ? 'Check LLM_API_KEY.' : 'Check LLM_URL, or set LLM_MODEL.';
		throw new StartError(`LLM_URL: ${MODELS_PATH} was answered with status ${response.status}. ${hint}`);
	} catch (error) {
		if (error instanceof StartError) throw error;
		const late = error instanceof Error && error.name === 'TimeoutError';
		const why = late ? 'no answer in time' : networkFailure(error).message;
		throw new StartError(
			`LLM_URL: nothing answers there (${why}). Start the server first, or set LLM_MODEL and start it later.`
		);
	}
}
