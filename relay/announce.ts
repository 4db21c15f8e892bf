/** What a person reads once the relay runs: where to go, which engines run, and how to replace them. */
import type { VariableName } from './config/names.ts';
import type { Engines } from './engines.ts';
import type { HealthReport } from './health.ts';
import { isLoopbackHost } from './access/origin.ts';

export interface Announcement {
	readonly host: string;
	readonly port: number;
	readonly engines: Pick<Engines, 'stt' | 'tts' | 'llm'>;
	/** Whether there are pages to open. */
	readonly built: boolean;
}

/** The address to open on this machine: `localhost` counts as secure, so the browser gives its microphone. */
export function openAddress(host: string, port: number): string {
	const anyAddress = host === '0.0.0.0' || host === '::';
	const name = anyAddress || isLoopbackHost(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
	return `http://${name}:${port}`;
}

export function announce({ host, port, engines, built }: Announcement): string {
	const { stt, tts, llm } = engines;
	const lines = [
		'',
		`  Parley is at ${openAddress(host, port)}`,
		'',
		stt.embedded
			? '  ears     built in: hears speech and pauses, knows no words. STT_URL=… replaces them'
			: '  ears     the server at STT_URL',
		llm.embedded
			? '  mind     built in: a small demonstration partner. LLM_URL=… replaces it'
			: `  mind     ${llm.name}${llm.found ? ', found on this machine. LLM_URL=… replaces it' : ''}`,
		tts.embedded ? '  voice    built in: espeak-ng. TTS_URL=… replaces it' : '  voice    the server at TTS_URL'
	];
	if (!built) lines.push('', '  The app is not built, so there is no page to open: run "npm run build" first.');
	if (!isLoopbackHost(host)) {
		lines.push(
			'',
			'  Other machines can reach this relay. Their browsers give the microphone only to an https address.'
		);
	}
	return [...lines, '', ''].join('\n');
}

/** The settings whose servers do not answer: conversations will fail there until somebody does something about it. */
export function silentServers(
	up: Pick<HealthReport, 'stt_up' | 'tts_up' | 'llm_up' | 'voice_cloning_up'>,
	{ stt, tts, llm, voice }: Announcement['engines'] & Pick<Engines, 'voice'>
): readonly VariableName[] {
	const silent: VariableName[] = [];
	if (!up.stt_up && !stt.embedded) silent.push('STT_URL');
	if (!up.tts_up && !tts.embedded) silent.push('TTS_URL');
	if (!up.llm_up && !llm.embedded) silent.push('LLM_URL');
	if (!up.voice_cloning_up && voice !== null) silent.push('VOICE_CLONING_URL');
	return silent;
}
