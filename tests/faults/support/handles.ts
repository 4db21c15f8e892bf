/** Whether everything that was opened is closed again, as the process itself counts it. */
import { afterAll, beforeAll } from 'vitest';

const KINDS: ReadonlySet<string> = new Set(['TCPSocketWrap', 'TCPServerWrap', 'ConnectWrap', 'HTTPParser']);
const open = (): number => process.getActiveResourcesInfo().filter((kind) => KINDS.has(kind)).length;

/** Call it once in a file: after its tests every socket and port must be back; the hook's own time-out is the judge of never. */
export function expectHandlesBack(): void {
	let before = 0;
	beforeAll(() => {
		before = open();
	});
	afterAll(async () => {
		while (open() > before) await new Promise((resolve) => setTimeout(resolve, 5));
	});
}
