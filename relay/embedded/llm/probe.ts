/** Looks for a model that this machine already runs: Ollama, llama.cpp or LM Studio on their usual ports. */
import { MODELS_PATH, ModelsSchema, parseJsonWith } from '../../../src/lib/protocol/llm.ts';

/** In order of preference. Ports are those of the three programs' own defaults. */
const CANDIDATES = [
	{ program: 'Ollama', port: 11434 },
	{ program: 'llama.cpp', port: 8080 },
	{ program: 'LM Studio', port: 1234 }
] as const;

/** Nothing on this machine needs longer to list its models; a start must not wait for what is not there. */
const PATIENCE_MS = 300;
/** A list of models is some kilobytes; whatever else answers on the port may be endless. */
const MAX_LIST_BYTES = 1 << 20;
const LONGEST_NAME = 60;

/** `fetch`, as far as it is needed. */
export type FetchLike = (
	url: string,
	init: { readonly signal: AbortSignal; readonly redirect: 'error' }
) => Promise<{ readonly ok: boolean; readonly body: AsyncIterable<Uint8Array> | null }>;

export interface LocalModel {
	/** For LLM_URL: `http://127.0.0.1:PORT`. */
	readonly url: string;
	/** For LLM_MODEL. */
	readonly model: string;
	/** For people: "Ollama, llama3.2". */
	readonly name: string;
	/** The context's size in tokens, where the server tells it. */
	readonly maxModelLen: number | null;
}

export interface ProbeOptions {
	/** Our own port, which is not asked: the relay's default is llama.cpp's too. */
	readonly ownPort?: number;
	/** Gives up early. */
	readonly signal?: AbortSignal;
	/** Default 300 ms, for all three at once. */
	readonly patienceMs?: number;
}

/** The first program that answers and has a model; null where none does. Asks nothing but this machine; never rejects. */
export async function findLocalModel(fetchLike: FetchLike, options: ProbeOptions = {}): Promise<LocalModel | null> {
	const timeout = AbortSignal.timeout(options.patienceMs ?? PATIENCE_MS);
	const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
	const asked = CANDIDATES.filter(({ port }) => port !== options.ownPort);
	const found = await Promise.all(asked.map(({ program, port }) => ask(fetchLike, program, port, signal)));
	return found.find((model) => model !== null) ?? null;
}

async function ask(
	fetchLike: FetchLike,
	program: string,
	port: number,
	signal: AbortSignal
): Promise<LocalModel | null> {
	const url = `http://127.0.0.1:${port}`;
	try {
		// A redirect could lead away from this machine: it is an error.
		const list = await raced(listText(fetchLike, `${url}${MODELS_PATH}`, signal), signal);
		const models = list === null ? null : parseJsonWith(ModelsSchema, list);
		if (models?.ok !== true) return null;
		const model = models.value.data.find(({ id }) => id !== '' && !isEmbedding(id));
		if (model === undefined) return null;
		const name = `${program}, ${shortName(model.id)}`;
		return { url, model: model.id, name, maxModelLen: model.max_model_len ?? null };
	} catch {
		return null;
	}
}

async function listText(fetchLike: FetchLike, url: string, signal: AbortSignal): Promise<string | null> {
	const response = await fetchLike(url, { signal, redirect: 'error' });
	if (!response.ok || response.body === null) return null;
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for await (const chunk of response.body) {
		bytes += chunk.byteLength;
		if (bytes > MAX_LIST_BYTES) return null;
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}

/** Patience is ours: a `fetchLike` that ignores its signal does not hold us up. */
async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
	const { promise, resolve } = Promise.withResolvers<null>();
	const giveUp = (): void => resolve(null);
	if (signal.aborted) giveUp();
	signal.addEventListener('abort', giveUp, { once: true });
	try {
		return await Promise.race([work, promise]);
	} finally {
		signal.removeEventListener('abort', giveUp);
	}
}

/** Ollama and LM Studio list embedding models too, which cannot talk. */
function isEmbedding(id: string): boolean {
	return /embed|bge-|minilm|rerank/iu.test(id);
}

/** Without folders, the ":latest" tag and the file's ending: llama.cpp names a model by its path. */
function shortName(id: string): string {
	const file = id.split(/[\\/]/u).at(-1) ?? id;
	return file.replace(/:latest$|\.gguf$/iu, '').slice(0, LONGEST_NAME);
}
