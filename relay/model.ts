/** Which model to ask an LLM server for, where the operator named none. */
import { MODELS_PATH, ModelsSchema, parseJsonWith } from '../src/lib/protocol/llm.ts';
import { StartError } from './start-error.ts';
import { upstreamUrl } from './upstream/address.ts';
import { networkFailure } from './upstream/failure.ts';

/** A server that has finished loading lists its models at once; one that is still loading does not answer. */
const TIMEOUT_MS = 5000;
const MOST_NAMED = 8;

/**
 * The id of the only model that the server at `url` lists.
 * @throws StartError where it does not answer, or lists none or several.
 */
export async function onlyModel(url: string, apiKey: string, timeoutMs = TIMEOUT_MS): Promise<string> {
	const models = parseJsonWith(ModelsSchema, await listModels(url, apiKey, timeoutMs));
	if (!models.ok)
		throw new StartError(
			`LLM_URL: the answer to ${MODELS_PATH} is no list of models. Check LLM_URL, or set LLM_MODEL.`
		);
	const ids = models.value.data.map((model) => model.id);
	const [only] = ids;
	if (only !== undefined && ids.length === 1) return only;
	if (only === undefined) throw new StartError('LLM_URL: the server lists no model. Load one there, or set LLM_MODEL.');
	const named = `${ids.slice(0, MOST_NAMED).join(', ')}${ids.length > MOST_NAMED ? ', …' : ''}`;
	throw new StartError(`LLM_URL: the server lists ${ids.length} models. Set LLM_MODEL to one of them: ${named}`);
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
