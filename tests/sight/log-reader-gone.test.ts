/** Whoever reads the relay's log goes away, as `| head` does or a log shipper that crashed: the talk goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { Talker } from '../faults/support/talker.ts';
import { startUpstreams } from '../faults/support/upstreams.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const after: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	for (const undo of after.splice(0).reverse()) await undo();
});

it('when nobody reads its log any more, the relay talks on, and stops in order', async () => {
	const upstreams = await startUpstreams({ replies: ['Good day to you.'] });
	after.push(() => upstreams.close());
	const { PATH, HOME } = process.env;
	const child = spawn(process.execPath, ['relay/main.ts'], {
		cwd: ROOT,
		env: { PATH, HOME, PORT: '0', LOG_FORMAT: 'json', TRANSPORT: 'node', ...upstreams.env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const ended = once(child, 'exit');
	after.push(async () => {
		child.kill('SIGKILL');
		await ended;
	});
	let text = '';
	while (!text.includes('"url"')) text += String((await once(child.stdout, 'data'))[0]);
	const port = /"url":"http:\/\/[^":]+:(\d+)"/.exec(text)?.[1] ?? '';
	child.stdout.destroy();
	child.stderr.destroy();

	for (let i = 0; i < 3; i++) {
		const talker = await Talker.welcome(`http://127.0.0.1:${port}`);
		const messages = [{ role: 'user' as const, content: 'Hello.' }];
		talker.say({ type: 'reply', reply: 1, messages, temperature: 0, speculative: false });
		expect((await talker.next('replyDone')).outcome).toBe('complete');
		talker.close();
		await talker.closed();
	}
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
});
