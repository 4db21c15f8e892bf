/**
 * A file that says where the servers are, written by whatever starts them: a SLURM job, a script, a person.
 *
 *     # service address
 *     stt ws://node17:8090
 *     tts ws://node17:8089
 *     tts ws://node18:8089
 *     llm http://node17:8091
 *
 * One server a line, several lines for several instances, in the order in which an LLM's are preferred. The services are
 * stt, tts, llm and voice. What begins with # is a remark.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MOST_SERVERS, serverUrl } from '../config/servers.ts';
import { within } from '../lifecycle/within.ts';
import { UpstreamError } from '../upstream/failure.ts';
import type { ServiceName } from './instance.ts';
import type { ServiceLog } from './service.ts';
import { asyncTtlCached } from './ttl-cache.ts';

export type InstancesFile = Readonly<Record<ServiceName, readonly string[]>>;

/** Some 40 bytes a server. */
export const MAX_FILE_BYTES = 64 * 1024;
/** A local disk takes a millisecond, a busy network's some hundred. */
const FILE_TIMEOUT_MS = 1000;
/** As many as a person reads before mending the first. */
const MOST_FAULTS = 5;

const SERVICES: readonly ServiceName[] = ['stt', 'tts', 'llm', 'voice'];

/** The file's text, or what is wrong with it, each fault with its line; no fault repeats what stands there. */
export function parseInstancesFile(
	text: string
): { readonly ok: true; readonly file: InstancesFile } | { readonly ok: false; readonly faults: readonly string[] } {
	// Cut off in mid-line, an address may still look like one.
	if (!text.endsWith('\n')) return { ok: false, faults: ['its last line has no end: it may be half written'] };
	const file: Record<ServiceName, string[]> = { stt: [], tts: [], llm: [], voice: [] };
	const faults: string[] = [];
	for (const [i, line] of text.split('\n').entries()) {
		const fault = addLine(file, line.trim());
		if (fault !== null) faults.push(`line ${i + 1}: ${fault}`);
	}
	for (const service of SERVICES) {
		if (file[service].length > MOST_SERVERS) faults.push(`it names more than ${MOST_SERVERS} servers of ${service}`);
	}
	return faults.length === 0 ? { ok: true, file } : { ok: false, faults: faults.slice(0, MOST_FAULTS) };
}

function addLine(file: Record<ServiceName, string[]>, line: string): string | null {
	if (line === '' || line.startsWith('#')) return null;
	const [word = '', address, ...more] = line.split(/\s+/);
	const service = SERVICES.find((name) => name === word.toLowerCase());
	if (service === undefined) return `must begin with ${SERVICES.join(', ')}`;
	if (address === undefined) return 'names no address';
	if (more.length > 0) return 'holds more than a service and an address';
	const server = serverUrl(service, address);
	if ('fault' in server) return `the address ${server.fault}`;
	file[service].push(server.url);
	return null;
}

export interface FileOptions {
	readonly log: ServiceLog;
	readonly nowMs?: () => number;
	/** Never rejects. Tests bring a file system of their own. */
	readonly read?: (path: string) => Promise<Content>;
	readonly timeoutMs?: number;
}

/**
 * Watches the file at `path`: answers the addresses of a service as they stand there now. It is looked at when somebody
 * asks, at most twice a second, which works on every file system and holds nothing open. While it is missing or has
 * faults, the last good one serves, and the operator is told once. Rejects with UpstreamError `unresolved` only.
 */
export function watchInstancesFile(
	path: string,
	options: FileOptions
): (name: ServiceName) => Promise<readonly string[]> {
	const { log, nowMs, read = readText, timeoutMs = FILE_TIMEOUT_MS } = options;
	let good: InstancesFile | null = null;
	let seen: Content | null = null;
	/** Somebody has waited for the look under way in vain, and nobody else need. */
	let hangs = false;

	async function look(): Promise<void> {
		const content = await read(path);
		hangs = false;
		if (content.text === seen?.text && content.fault === seen.fault) return;
		seen = content;
		const parsed =
			content.text === null ? { ok: false as const, faults: [content.fault] } : parseInstancesFile(content.text);
		if (parsed.ok) good = parsed.file;
		else log.warn({ faults: parsed.faults, instead: good === null ? 'none' : 'the last good one' }, UNUSABLE);
	}

	const fresh = asyncTtlCached(look, { key: () => 0, ...(nowMs === undefined ? {} : { nowMs }) });
	return async (name) => {
		const looked = fresh(undefined);
		// A file system that hangs keeps one flight waiting, and its first callers no longer than this.
		if (!hangs) {
			await within(timeoutMs, looked).catch(() => {
				if (!hangs)
					log.warn({ instead: good === null ? 'none' : 'the last good one' }, 'the instances file cannot be reached');
				hangs = true;
			});
		}
		const urls = good?.[name];
		if (urls === undefined) throw new UpstreamError('unresolved', UNUSABLE);
		if (urls.length === 0) throw new UpstreamError('unresolved', 'the instances file names no such server');
		return urls;
	};
}

const UNUSABLE = 'the instances file cannot be used';

export interface Content {
	readonly text: string | null;
	/** '' where there is a text. */
	readonly fault: string;
}

/** Never rejects. */
async function readText(path: string): Promise<Content> {
	try {
		// Not blocking: a pipe of that name would hold a thread until somebody writes into it.
		const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			if (!(await handle.stat()).isFile()) return { text: null, fault: 'it is no file' };
			const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
			const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, 0);
			if (bytesRead > MAX_FILE_BYTES) return { text: null, fault: `it has more than ${MAX_FILE_BYTES} bytes` };
			return { text: buffer.toString('utf8', 0, bytesRead), fault: '' };
		} finally {
			await handle.close();
		}
	} catch (error) {
		const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		return { text: null, fault: isMissing ? 'it is not there' : 'it cannot be read' };
	}
}
