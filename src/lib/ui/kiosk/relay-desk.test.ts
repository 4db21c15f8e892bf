import * as v from 'valibot';
import { expect, it } from 'vitest';
import { KioskSchema } from '../../chat/characters/kiosk.ts';
import { relayDesk } from './relay-desk.ts';

const kiosk = v.parse(KioskSchema, { character: null, hasPin: true });
const asked: { readonly path: string; readonly init: RequestInit | undefined }[] = [];
const desk = (answer: Response | Error, code: string | null = null) =>
	relayDesk(
		() => code,
		(path, init) => {
			asked.push({ path: String(path), init });
			return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
		}
	);

it('tells what to be, and why it cannot', async () => {
	expect(await desk(Response.json(kiosk)).kiosk()).toEqual({ kiosk });
	// A newer relay says more than this page knows.
	expect(await desk(Response.json({ ...kiosk, hologram: true })).kiosk()).toEqual({ kiosk });
	for (const [answer, why] of [
		[new Error('no network'), 'away'],
		[new Response('', { status: 502 }), 'away'],
		[new Response('<html>a hotel’s portal</html>'), 'away'],
		[Response.json({ ...kiosk, idleS: -1 }), 'away'],
		[Response.json(null), 'away'],
		[new Response('', { status: 401 }), 'refused'],
		[new Response('', { status: 403 }), 'refused'],
		[new Response('', { status: 404 }), 'absent']
	] as const)
		expect(await desk(answer).kiosk()).toEqual({ why });
});

it('asks for the way out, and never mistakes a trouble for it', async () => {
	const unlock = (answer: Response | Error) => desk(answer).unlock('246810');
	expect(await unlock(new Response(null, { status: 204 }))).toBe('open');
	expect(await unlock(new Response('', { status: 200 }))).toBe('wrong');
	expect(await unlock(new Response('', { status: 403 }))).toBe('wrong');
	expect(await unlock(new Response('', { status: 500 }))).toBe('away');
	expect(await unlock(new Error('no network'))).toBe('away');
	expect(await unlock(new Response('', { status: 429, headers: { 'retry-after': '42' } }))).toEqual({ waitS: 42 });
	expect(await unlock(new Response('', { status: 429 }))).toEqual({ waitS: 60 });
});

it('brings the access code along in a header, and never in an address', async () => {
	asked.length = 0;
	await desk(Response.json(kiosk), 'a-code').kiosk();
	await desk(new Response(null, { status: 204 }), 'a-code').unlock('246810');
	expect(asked.map(({ init }) => new Headers(init?.headers).get('authorization'))).toEqual([
		'Bearer a-code',
		'Bearer a-code'
	]);
	for (const { path } of asked) expect(path).not.toMatch(/a-code|246810/);
});
