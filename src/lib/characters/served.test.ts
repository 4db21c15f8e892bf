import { describe, expect, it } from 'vitest';
import type { Character } from '../chat/characters/character.ts';
import { headlinesFor, servedCharacters } from './served.ts';

const MINNA: Character = { id: 'minna', name: 'Minna', language: 'fr/en', instructions: { type: 'news' }, good: true };
const asked: string[] = [];
const saying =
	(body: string, status = 200): typeof fetch =>
	(input) => {
		asked.push(String(input));
		return Promise.resolve(new Response(body, { status }));
	};
const absent: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));

describe('the relay’s characters', () => {
	it('come in its order, without those that this page does not understand', async () => {
		const newer = { ...MINNA, id: 'x', instructions: { type: 'dance' } };
		const body = JSON.stringify({ characters: [newer, MINNA, null, { ...MINNA, id: 'b', name: '<script>' }] });
		expect(await servedCharacters(saying(body))).toEqual([MINNA]);
	});

	it.each([['[]'], ['null'], ['{"characters":{}}'], ['<html>'], ['']])(
		'are not known where it answers %j',
		async (body) => {
			expect(await servedCharacters(saying(body))).toBeNull();
		}
	);

	it('are not known where it is away or refuses', async () => {
		expect(await servedCharacters(absent)).toBeNull();
		expect(await servedCharacters(saying('{"characters":[]}', 503))).toBeNull();
	});
});

describe('headlines', () => {
	const news = JSON.stringify({ headlines: [{ title: 'Rain', source: 'Daily' }], why: 'told' });

	it('are asked for in the language in which the character begins', async () => {
		asked.length = 0;
		expect(await headlinesFor(MINNA, null, saying(news))).toEqual([{ title: 'Rain', source: 'Daily' }]);
		expect(asked).toEqual(['/v1/news?language=fr']);
	});

	it('are asked for with the access code in a header, never in the address', async () => {
		const requests: Request[] = [];
		const ask: typeof fetch = (input, init) => {
			requests.push(new Request(new URL(String(input), 'https://parley.example'), init));
			return Promise.resolve(new Response(news));
		};
		await headlinesFor(MINNA, 'open-sesame-0123', ask);
		await headlinesFor(MINNA, null, ask);
		expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer open-sesame-0123', null]);
		expect(requests.map(({ url }) => url).join()).not.toContain('sesame');
	});

	it('are none, and nothing is thrown, where no header could carry the code', async () => {
		const ask: typeof fetch = (input, init) =>
			fetch(new Request(new URL(String(input), 'https://parley.example'), init));
		expect(await headlinesFor(MINNA, 'un cœur\u2014', ask)).toEqual([]);
	});

	it('are not asked for where nobody tells them', async () => {
		asked.length = 0;
		expect(await headlinesFor({ ...MINNA, instructions: { type: 'quiz_show' } }, null, saying(news))).toEqual([]);
		expect(asked).toEqual([]);
	});

	it('are none where the answer is none, or no answer comes', async () => {
		for (const body of [
			'',
			'{}',
			'{"headlines":[{"title":"a\\u202eb"}],"why":"told"}',
			JSON.stringify({ headlines: 'x', why: 'told' })
		])
			expect(await headlinesFor(MINNA, null, saying(body))).toEqual([]);
		expect(await headlinesFor(MINNA, null, absent)).toEqual([]);
		expect(await headlinesFor(MINNA, null, saying('{"headlines":[],"why":"no_key"}'))).toEqual([]);
	});
});
