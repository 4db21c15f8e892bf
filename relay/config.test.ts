import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig, type Config } from './config.ts';
import { editDistance } from './config/names.ts';
import { httpToWs, urlFault, wsToHttp } from './config/urls.ts';

function good(env: Record<string, string>): Config {
	const read = readConfig(env);
	if (!read.ok) throw new Error(read.mistakes.join('\n'));
	return read.config;
}
function mistakes(env: Record<string, string>): readonly string[] {
	const read = readConfig(env);
	return read.ok ? [] : read.mistakes;
}

describe('the configuration', () => {
	it('has a default for everything', () => {
		expect(good({})).toEqual({
			port: 8080,
			host: '127.0.0.1',
			transport: 'auto',
			stt: { servers: null, apiKey: 'public_token', format: 'opus', pauses: 'model', delayS: 0.5 },
			tts: { servers: null, apiKey: 'public_token', format: 'opus', voice: '' },
			llm: { servers: null, apiKey: '', model: '', contextTokens: null },
			dnsServers: [],
			charactersFile: null,
			kioskFile: null,
			news: { url: 'https://newsapi.org/v2/top-headlines?category=general', apiKey: '' },
			voices: { cloning: { servers: null, apiKey: 'public_token' }, redisUrl: null },
			access: {
				allowedOrigins: [],
				open: false,
				tokens: [],
				tokensFile: null,
				jwt: null,
				trustedProxies: ['127.0.0.0/8', '::1']
			},
			realtime: { policy: 'unmute' },
			sight: {
				operatorToken: '',
				recordings: { folder: null, maxBytes: 20_000_000 },
				logged: { addresses: false, transcripts: false }
			},
			limits: {
				sessions: 200,
				sessionsPerAddress: 20,
				sessionsPerToken: 20,
				handshakesPerMinute: 120,
				requestsPerMinute: 1200,
				session: { drainMs: 10_000, ttsTimeoutMs: 1500, llmHedgeMs: 3000 }
			},
			log: { level: 'info', format: 'text' }
		});
	});

	it('reads what is set, and takes what is empty for unset', () => {
		const config = good({
			PORT: ' 0 ',
			HOST: 'localhost',
			STT_URL: 'https://stt.example/base/',
			TTS_URL: 'ws://tts:8089',
			LLM_URL: 'http://llm:11434/v1',
			LLM_MODEL: 'm',
			LLM_API_KEY: 'k',
			LLM_CONTEXT_TOKENS: '16384',
			TTS_API_KEY: '',
			STT_DELAY_S: '2.5',
			CHARACTERS_FILE: ' /etc/parley/characters.yaml ',
			NEWS_API_KEY: 'n',
			NEWS_API_URL: 'https://news.example/v2/top-headlines?country=ca',
			ALLOWED_ORIGINS: ' https://A.example/ ,, http://localhost:5173',
			LOG_FORMAT: 'json'
		});
		expect(config).toMatchObject({
			port: 0,
			host: '127.0.0.1',
			stt: { servers: { urls: ['wss://stt.example/base'] }, delayS: 2.5 },
			tts: { servers: { urls: ['ws://tts:8089'] }, apiKey: 'public_token' },
			llm: { servers: { urls: ['http://llm:11434/v1'] }, model: 'm', apiKey: 'k', contextTokens: 16_384 },
			charactersFile: '/etc/parley/characters.yaml',
			news: { url: 'https://news.example/v2/top-headlines?country=ca', apiKey: 'n' },
			access: { allowedOrigins: ['https://a.example', 'http://localhost:5173'] },
			log: { format: 'json' }
		});
	});

	it("takes Unmute's names, and refuses two that differ", () => {
		const unmute = {
			KYUTAI_STT_URL: 'ws://stt',
			KYUTAI_TTS_URL: 'ws://tts',
			KYUTAI_LLM_URL: 'http://llm',
			KYUTAI_LLM_MODEL: 'm',
			KYUTAI_LLM_API_KEY: 'k',
			NEWSAPI_API_KEY: 'n'
		};
		expect(good(unmute)).toMatchObject({
			news: { apiKey: 'n' },
			stt: { servers: { urls: ['ws://stt'] } },
			tts: { servers: { urls: ['ws://tts'] } },
			llm: { servers: { urls: ['http://llm'] }, model: 'm', apiKey: 'k' }
		});
		expect(good({ STT_URL: 'ws://a', KYUTAI_STT_URL: 'ws://a' }).stt.servers).toEqual({ urls: ['ws://a'] });
		expect(mistakes({ STT_URL: 'ws://a', KYUTAI_STT_URL: 'ws://b' })).toEqual([
			'STT_URL and KYUTAI_STT_URL are both set and differ: unset one of them.'
		]);
	});

	it('names every mistake at once', () => {
		const all = mistakes({
			PORT: '80a',
			HOST: 'http://x',
			STT_URL: 'stt:8080x',
			TTS_URL: 'ftp://tts',
			LLM_URL: 'http://u:p@llm',
			LLM_API_KEY: 'two words',
			ALLOWED_ORIGINS: '*',
			MAX_SESSIONS: '0',
			TRANSPORT: 'quic',
			LOG_LEVEL: 'loud',
			LOG_FORMAT: 'xml',
			STT_DELAY_S: '-1',
			CHARACTERS_FILE: 'x'.repeat(5000),
			NEWS_API_KEY: 'a b',
			NEWS_API_URL: 'newsapi.org'
		});
		const names = all.map((line) => line.split(' ')[0]);
		expect(names.sort()).toEqual(
			[
				...['ALLOWED_ORIGINS', 'HOST', 'LLM_API_KEY', 'LLM_URL', 'LOG_FORMAT', 'LOG_LEVEL', 'MAX_SESSIONS', 'PORT'],
				...['CHARACTERS_FILE', 'NEWS_API_KEY', 'NEWS_API_URL', 'STT_DELAY_S', 'STT_URL', 'TRANSPORT', 'TTS_URL']
			].sort()
		);
	});

	it.each([
		...[
			['PORT', '65536'],
			['PORT', '-1'],
			['PORT', '8e3'],
			['PORT', '0x50'],
			['MAX_SESSIONS', '10001'],
			['MAX_SESSIONS', '1.5']
		],
		...[
			['STT_DELAY_S', '11'],
			['STT_DELAY_S', 'NaN'],
			['LLM_URL', 'localhost:11434'],
			['LLM_URL', 'http://'],
			['LLM_URL', 'http://x#y']
		],
		...[
			['ALLOWED_ORIGINS', 'talk.example.org'],
			['ALLOWED_ORIGINS', 'https://a.example/path'],
			['ALLOWED_ORIGINS', 'null']
		],
		...[
			['LLM_API_KEY', 'a\nb'],
			['NEWS_API_URL', 'ws://news.example'],
			['NEWS_API_URL', 'https://me:pw@news.example/'],
			['NEWS_API_URL', 'https://news.example/?country=us&apiKey=x'],
			['TTS_VOICE', 'v'.repeat(201)]
		]
	])('refuses %s=%j', (name = '', value = '') => {
		expect(mistakes({ [name]: value })).toHaveLength(1);
	});

	it.each([
		['STT_URL', 'ws://stt:8090/api/asr-streaming'],
		['TTS_URL', 'wss://gpu.example/tts/api/tts_streaming/'],
		['LLM_URL', 'https://llm.example/api/v1/chat/completions']
	])('refuses %s with the route in it, and takes it without', (name, url) => {
		expect(mistakes({ [name]: url })).toEqual([
			expect.stringMatching(/^[A-Z_]+ must end before \/[\w/-]+: the relay adds that itself\.$/)
		]);
		expect(mistakes({ [name]: url.replace(/\/(api|chat)\/[a-z_-]+\/?$/, '') })).toEqual([]);
	});

	it('never repeats a value', () => {
		const secret = 'S3CR3T';
		const env = {
			LLM_API_KEY: `${secret} x`,
			LLM_URL: `ftp://${secret}`,
			PORT: secret,
			STT_URL: `ws://u:${secret}@h`,
			LOG_LEVEL: secret,
			LLM_KEY: secret,
			NEWS_API_KEY: `${secret} x`,
			NEWS_API_URL: `https://news.example/?apiKey=${secret}`,
			CHARACTERS_FILE: secret.repeat(1000),
			ALLOWED_ORIGINS: secret
		};
		const read = readConfig(env);
		expect(read.ok).toBe(false);
		expect(JSON.stringify(read)).not.toContain(secret);
	});

	it('reads whatever the environment holds without throwing', () => {
		fc.assert(
			fc.property(
				fc.dictionary(
					fc.oneof(
						fc.constantFrom('PORT', 'HOST', 'STT_URL', 'ALLOWED_ORIGINS', '__proto__', 'constructor'),
						fc.string()
					),
					fc.string()
				),
				(env) => {
					expect(typeof readConfig(env).ok).toBe('boolean');
				}
			)
		);
	});

	it.each([
		['STT_ULR', 'STT_URL'],
		['SST_URL', 'STT_URL'],
		['LLM_MODLE', 'LLM_MODEL'],
		['LOGLEVEL', 'LOG_LEVEL'],
		['PARLEY_PORT', 'PORT'],
		['PARLEY_STT_URL', 'STT_URL'],
		['KYUTAI_TTS_ULR', 'TTS_URL'],
		['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
		['port', 'PORT']
	])('asks whether %s was meant to be %s', (typo, meant) => {
		expect(readConfig({ [typo]: 'x' }).warnings).toEqual([`${typo} is not read: did you mean ${meant}?`]);
	});

	it('warns of a name that is like none but begins like ours, and of settings that do nothing', () => {
		expect(readConfig({ KYUTAI_REDIS_SERVER: 'x', PARLEY_COLOUR: 'y' }).warnings).toHaveLength(2);
		expect(readConfig({ NEWS_API_URL: 'https://news.example' }).warnings).toEqual([
			'NEWS_API_URL does nothing without NEWS_API_KEY: set the key of that service.'
		]);
		expect(readConfig({ LLM_MODEL: 'm', LLM_API_KEY: 'k', LLM_CONTEXT_TOKENS: '4096' }).warnings).toEqual([
			'LLM_MODEL does nothing without LLM_URL: set LLM_URL to the server it belongs to.',
			'LLM_API_KEY does nothing without LLM_URL: set LLM_URL to the server it belongs to.',
			'LLM_CONTEXT_TOKENS does nothing without LLM_URL: set LLM_URL to the server it belongs to.'
		]);
	});

	it("is silent about the variables of everybody's environment", () => {
		const usual =
			'PATH HOME USER SHELL LANG TERM PWD OLDPWD SHLVL LOGNAME HOSTNAME HOSTTYPE EDITOR PAGER NODE_ENV CI TZ DISPLAY COLORTERM MAIL LS_COLORS SSH_TTY XDG_SESSION_ID INIT_CWD npm_package_name PARLEY_RELAY';
		expect(readConfig(Object.fromEntries(usual.split(' ').map((name) => [name, 'x']))).warnings).toEqual([]);
	});
});

describe('the distance between two names', () => {
	it('counts slips, a swap of neighbours as one', () => {
		expect([
			editDistance('URL', 'ULR'),
			editDistance('', 'abc'),
			editDistance('abc', 'abc'),
			editDistance('kitten', 'sitting')
		]).toEqual([1, 3, 0, 3]);
	});

	it('is symmetrical and never more than the longer name', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
				expect(editDistance(a, b)).toBe(editDistance(b, a));
				expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
			})
		);
	});
});

describe('addresses of servers', () => {
	it('change between ws and http and back', () => {
		expect([
			httpToWs('http://a/'),
			httpToWs('HTTPS://a'),
			httpToWs('ws://a'),
			wsToHttp('wss://a:1/b//'),
			wsToHttp('http://a')
		]).toEqual([...['ws://a', 'wss://a', 'ws://a', 'https://a:1/b', 'http://a']]);
	});

	it('are right or say why not, without repeating themselves', () => {
		expect(urlFault('wss://host:1/path?x=y', '/route')).toBeNull();
		for (const url of ['host', 'host:80', 'file:///x', 'http://user@host', 'http://:pw@host', 'http://h/#x', '']) {
			expect(urlFault(url, '/route')).toMatch(/^(is no URL|must )/);
		}
	});
});
