import { describe, expect, it } from 'vitest';
import { fixedService } from './discovery/service.ts';
import { announce, openAddress, silentServers, type Announcement } from './announce.ts';

const service = fixedService('stt', 'ws://127.0.0.1:1');
const builtIn = { service, apiKey: '', name: 'built-in', embedded: true };
const engines: Announcement['engines'] = {
	stt: { ...builtIn, recognises: false, delayS: 0.5 },
	tts: { ...builtIn, voice: '' },
	llm: { ...builtIn, model: '', contextTokens: null, found: false }
};
const elsewhere: Announcement['engines'] = {
	stt: { ...engines.stt, embedded: false },
	tts: { ...engines.tts, embedded: false },
	llm: { ...engines.llm, embedded: false, name: 'gemma' }
};
const here = { host: '127.0.0.1', port: 8080, engines, built: true };

describe('the address to open', () => {
	it.each([
		['127.0.0.1', 'http://localhost:81'],
		['::1', 'http://localhost:81'],
		['0.0.0.0', 'http://localhost:81'],
		['::', 'http://localhost:81'],
		['192.0.2.1', 'http://192.0.2.1:81'],
		['2001:db8::1', 'http://[2001:db8::1]:81'],
		['talk.example.org', 'http://talk.example.org:81']
	])('for %s is %s', (host, address) => {
		expect(openAddress(host, 81)).toBe(address);
	});
});

describe('the announcement', () => {
	it('says of each built-in engine how to replace it', () => {
		const text = announce(here);
		for (const setting of ['STT_URL', 'LLM_URL', 'TTS_URL']) expect(text).toContain(`${setting}=…`);
		expect(text).not.toMatch(/not built|Other machines/);
	});

	it('names the model, and says where it was found by itself', () => {
		expect(announce({ ...here, engines: elsewhere })).toMatch(/mind {5}gemma\n/);
		const found = { ...elsewhere, llm: { ...elsewhere.llm, found: true } };
		expect(announce({ ...here, engines: found })).toContain('gemma, found on this machine. LLM_URL=…');
	});

	it('says what to do where there is no page, and what to know where others can come', () => {
		expect(announce({ ...here, built: false })).toContain('run "npm run build"');
		expect(announce({ ...here, host: '0.0.0.0' })).toContain('https');
	});
});

describe('the servers that do not answer', () => {
	it('are named by their settings, where there is one to check', () => {
		const down = { stt_up: false, tts_up: false, llm_up: false, voice_cloning_up: false };
		const nobody = { ...elsewhere, voice: null };
		expect(silentServers(down, nobody)).toEqual(['STT_URL', 'TTS_URL', 'LLM_URL']);
		expect(silentServers({ ...down, tts_up: true }, nobody)).toEqual(['STT_URL', 'LLM_URL']);
		expect(silentServers(down, { ...engines, voice: null })).toEqual([]);
		expect(silentServers(down, { ...engines, voice: { service, apiKey: '' } })).toEqual(['VOICE_CLONING_URL']);
	});
});
