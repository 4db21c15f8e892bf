/**
 * The status page as text, for whoever helps. In English, since nobody knows who that is; only what is named here goes in:
 * no code, no address, no name of a device, and nothing that was said.
 */
import { SERVICES, type Build, type Health } from '../../session/relay-health.ts';
import type { Preferences } from '../preferences.ts';
import { ABILITIES, type Abilities } from './abilities.ts';
import type { TrialResults } from './trial-results.ts';

export interface Reported {
	readonly app: string;
	readonly build: Build | null;
	readonly health: Health | null;
	readonly state: string;
	readonly abilities: Abilities | null;
	readonly trial: TrialResults;
	readonly choices: Preferences;
	readonly language: string;
	readonly userAgent: string;
	readonly at: Date;
}

export function reportText(reported: Reported): string {
	const { app, build, health, state, abilities, trial, choices, language, userAgent, at } = reported;
	const rounded = (ms: number | null): string => (ms === null ? '-' : `${String(Math.round(ms))} ms`);
	const services = SERVICES.map((name) => {
		if (health === null) return `${name}: unknown`;
		const { state, latencyMs, instances, freeSlots } = health[name];
		const count = instances === null ? '-' : `${String(instances.up)}/${String(instances.of)}`;
		return `${name}: ${state}, ${rounded(latencyMs)}, instances ${count}, free ${String(freeSlots ?? '-')}`;
	});
	const { theme, motion, patience, holdToTalk, captions, echoCancellation, noiseSuppression, autoGainControl } =
		choices;
	return [
		`Parley ${app}, ${at.toISOString()}`,
		build === null ? 'relay: unknown' : `relay: ${build.name} ${build.version}, ${build.transport}, Node ${build.node}`,
		`relay is ${choices.relay === null ? "the page's own" : 'another one'}; ${state}`,
		...services,
		`round trip: ${trial.roundTripMs === undefined ? 'not tried' : rounded(trial.roundTripMs)}`,
		`talk: ${trial.talk === undefined ? 'not tried' : `${trial.talk.verdict}, ${rounded(trial.talk.welcomeMs)}`}`,
		`codec: ${trial.codec === undefined ? 'not tried' : trial.codec === 'fails' ? 'fails' : rounded(trial.codec.ms)}`,
		`loopback: ${loopbackText(trial.loopback)}`,
		`missing: ${abilities === null ? 'unknown' : ABILITIES.filter((name) => !abilities[name]).join(', ') || 'nothing'}`,
		`choices: ${JSON.stringify({ language, theme, motion, patience, holdToTalk, captions, echoCancellation, noiseSuppression, autoGainControl })}`,
		`own microphone: ${String(choices.microphone !== null)}, own loudspeaker: ${String(choices.speaker !== null)}`,
		userAgent
	].join('\n');
}

function loopbackText(loopback: TrialResults['loopback']): string {
	if (loopback === undefined) return 'not tried';
	if (loopback === 'busy') return 'a talk goes on';
	if (!loopback.ok) return loopback.failure;
	const { peakDbfs, silent, played } = loopback;
	return `peak ${String(Math.round(peakDbfs))} dBFS${silent ? ' (silent)' : ''}, ${played ? 'played' : 'not played'}`;
}
