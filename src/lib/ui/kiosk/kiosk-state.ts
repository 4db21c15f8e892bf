/**
 * What an unattended page does, as data: `step(state, event, nowMs)`. It talks with one person after the other, forgets
 * each, and gets over whatever fails with nobody there. Pure: time is an argument, effects are data.
 */
import type { KioskError, KioskState } from '../../chat/characters/kiosk.ts';
import type { Failure, Phase } from '../../session/view.ts';

/** What the relay's settings mean here. */
export interface Rules {
	readonly idleMs: number;
	readonly maxTalkMs: number;
	readonly reloadAfterTalks: number;
	/** On this page's own clock. */
	readonly reloadAtMs: number;
}

/** `starting`: the relay has not said yet what to be. `absent`: it says that there is no kiosk. */
export type Scene = 'starting' | 'absent' | 'attract' | 'talking' | 'goodbye' | 'trouble';
export type RelayIs = 'unknown' | 'there' | 'away' | 'refused';

export interface Talking {
	readonly beganMs: number;
	readonly phase: Phase;
	/** Without a word from the person, the time left out in which they are answered. */
	readonly idleMs: number;
	/** The last turn was nobody's: the assistant fills the silence, and keeps nobody there by that. */
	readonly isAlone: boolean;
	readonly countedMs: number;
	/** “Are you still there?” is on the screen. */
	readonly asked: boolean;
}

export interface KioskView {
	readonly scene: Scene;
	readonly sinceMs: number;
	readonly rules: Rules | null;
	readonly relay: RelayIs;
	readonly talking: Talking | null;
	/** Talks since the page was loaded. */
	readonly talks: number;
	/** What is told in the scene of that name. */
	readonly trouble: KioskError | null;
	readonly lastError: KioskError | null;
	/** When the pad for the PIN was last touched; null: it is not there. */
	readonly padMs: number | null;
	readonly updateReady: boolean;
	/** Talks in a row that could not even begin, over reloads too. */
	readonly broken: number;
	/** Another load of the page may mend it. */
	readonly mendAtMs: number | null;
	/** When the page was told to load anew; what does not happen is told again. */
	readonly reloadingMs: number | null;
}

export type KioskEvent =
	| { readonly type: 'rules'; readonly rules: Rules }
	| { readonly type: 'relay'; readonly is: 'away' | 'refused' | 'absent' }
	/** The one press: begins, and in a talk says “I am here”. */
	| { readonly type: 'touch' }
	/** Somebody speaks in front of it. */
	| { readonly type: 'speech' }
	/** The person said or wrote something. */
	| { readonly type: 'said' }
	/** They said nothing for so long that the assistant is to. */
	| { readonly type: 'silence' }
	| { readonly type: 'stop' }
	| { readonly type: 'phase'; readonly phase: Phase; readonly failure: Failure | null }
	| { readonly type: 'pad'; readonly open: boolean }
	| { readonly type: 'update' }
	| { readonly type: 'stalled' }
	| { readonly type: 'tick' };

/** `ask`: the relay, at once. `forget`: ends the talk, and nothing of it is left. */
export type KioskEffect = 'start' | 'forget' | 'ask' | 'reload' | 'update';

export interface Stepped {
	readonly state: KioskView;
	readonly effects: readonly KioskEffect[];
	/** `tick` is due then, if nothing comes before; null: nothing is waited for. */
	readonly wakeAtMs: number | null;
}

/** From the question until the talk ends: time to read it and to come back from a look around, where there is so much. */
const STILL_THERE_MS = 15_000;
export const stillThereMs = ({ idleMs }: Pick<Rules, 'idleMs'>): number => Math.min(STILL_THERE_MS, idleMs);
/** So long before a talk's time is up it is said. */
export const ENDING_SOON_MS = 20_000;
export const GOODBYE_MS = 5_000;
export const TROUBLE_MS = 8_000;
/** Somebody may be about to touch it: whatever loads the page anew waits for so much peace. */
export const PEACE_MS = 5_000;
/** The pad goes by itself where nobody touches it. */
export const PAD_MS = 30_000;
/** A load that did not happen is asked for again. */
const RELOAD_AGAIN_MS = 60_000;
const MEND_MS = 5_000;
const MOST_MEND_MS = 600_000;

export const initialKiosk = (
	nowMs: number,
	before: { readonly lastError: KioskError | null; readonly broken: number }
): KioskView => ({
	scene: 'starting',
	sinceMs: nowMs,
	rules: null,
	relay: 'unknown',
	talking: null,
	talks: 0,
	trouble: null,
	lastError: before.lastError,
	padMs: null,
	updateReady: false,
	broken: before.broken,
	mendAtMs: null,
	reloadingMs: null
});

export function stepKiosk(before: KioskView, event: KioskEvent, nowMs: number): Stepped {
	const effects: KioskEffect[] = [];
	const done = (effect: KioskEffect): void => void effects.push(effect);
	let state = take(counted(before, nowMs), event, nowMs, done);
	// What has become due meanwhile, whatever the event: a late timer changes nothing but the moment.
	state = pass(state, nowMs, done);
	return { state, effects, wakeAtMs: wakeAt(state, nowMs) };
}

/** What the ping says. */
export function stateOf({ padMs, scene, relay }: KioskView): KioskState {
	if (padMs !== null) return 'pin';
	if (scene === 'talking' || scene === 'goodbye') return 'talking';
	if (scene === 'trouble') return 'trouble';
	if (relay === 'away' || relay === 'refused') return 'away';
	return scene === 'attract' ? 'attract' : 'starting';
}

/** The time of this talk is nearly up. */
export const endsSoon = ({ talking, rules }: KioskView, nowMs: number): boolean =>
	talking !== null && rules !== null && nowMs - talking.beganMs >= rules.maxTalkMs - ENDING_SOON_MS;

type Do = (effect: KioskEffect) => void;

function take(state: KioskView, event: KioskEvent, nowMs: number, perform: Do): KioskView {
	switch (event.type) {
		case 'rules': {
			const fresh = { ...state, rules: event.rules, relay: 'there' as const };
			const waits = state.scene === 'starting' || state.scene === 'absent';
			return waits ? at(fresh, 'attract', nowMs) : fresh;
		}
		case 'relay':
			if (event.is === 'absent') {
				// Once it knows what to be, it stays that: a relay that lost its settings opens no door.
				return state.rules === null ? { ...state, scene: 'absent', relay: 'there' } : away(state, 'away', 'relay_away');
			}
			return away(state, event.is, event.is === 'away' ? 'relay_away' : 'code_needed');
		case 'touch':
			if (state.scene === 'talking') return awake(state);
			if (state.scene === 'goodbye' || state.scene === 'trouble')
				return begin(at(state, 'attract', nowMs), nowMs, perform);
			return begin(state, nowMs, perform);
		case 'speech':
			// Not the tail of the talk before.
			return state.scene === 'attract' && state.padMs === null && nowMs - state.sinceMs >= PEACE_MS
				? begin(state, nowMs, perform)
				: state;
		case 'said':
			return awake(state);
		case 'silence':
			return state.talking === null ? state : { ...state, talking: { ...state.talking, isAlone: true } };
		case 'stop':
			return state.scene === 'talking' ? end(state, nowMs, perform) : state;
		case 'phase':
			return heed(state, event.phase, event.failure, nowMs, perform);
		case 'pad':
			return { ...state, padMs: event.open ? nowMs : null };
		case 'update':
			return { ...state, updateReady: true };
		case 'stalled': {
			const mending = { ...state, lastError: 'stalled' as const, mendAtMs: nowMs };
			return state.scene === 'talking' ? end(mending, nowMs, perform) : mending;
		}
		case 'tick':
			return state;
	}
}

function begin(state: KioskView, nowMs: number, perform: Do): KioskView {
	if (state.scene !== 'attract' || state.padMs !== null || state.reloadingMs !== null) return state;
	if (state.relay !== 'there') {
		perform('ask');
		return state;
	}
	perform('start');
	const talking: Talking = {
		beganMs: nowMs,
		phase: 'asking',
		idleMs: 0,
		isAlone: false,
		countedMs: nowMs,
		asked: false
	};
	return { ...at(state, 'talking', nowMs), talking, talks: state.talks + 1 };
}

function heed(state: KioskView, phase: Phase, failure: Failure | null, nowMs: number, perform: Do): KioskView {
	if (state.talking === null) return state;
	if (phase === 'failed') {
		const why = failure === null ? 'broken' : ERRORS[failure];
		perform('forget');
		const broken = why === 'broken' ? state.broken + 1 : 0;
		const troubled = { ...at(state, 'trouble', nowMs), talking: null, trouble: why, lastError: why, broken };
		// A page whose relay was lost before the talk began knows what to wait for.
		if (why === 'relay_away' || why === 'code_needed') {
			perform('ask');
			return { ...troubled, relay: why === 'relay_away' ? 'away' : 'refused' };
		}
		return why === 'broken' ? { ...troubled, mendAtMs: nowMs + mendAfterMs(broken) } : troubled;
	}
	if (phase === 'ended' || phase === 'idle') return end(state, nowMs, perform);
	const talking = { ...state.talking, phase };
	return { ...state, talking, ...(phase === 'listening' ? { broken: 0, mendAtMs: null } : {}) };
}

/** What became due. */
function pass(state: KioskView, nowMs: number, perform: Do): KioskView {
	const { scene, talking, rules, sinceMs, padMs } = state;
	if (padMs !== null && nowMs - padMs >= PAD_MS) return pass({ ...state, padMs: null }, nowMs, perform);
	if (scene === 'talking' && talking !== null && rules !== null) {
		if (nowMs - talking.beganMs >= rules.maxTalkMs) return end(state, nowMs, perform);
		if (talking.idleMs >= rules.idleMs + stillThereMs(rules)) return end(state, nowMs, perform);
		const asked = talking.idleMs >= rules.idleMs;
		return asked === talking.asked ? state : { ...state, talking: { ...talking, asked } };
	}
	if (scene === 'goodbye' && nowMs - sinceMs >= GOODBYE_MS) return pass(at(state, 'attract', nowMs), nowMs, perform);
	if (scene === 'trouble' && nowMs - sinceMs >= TROUBLE_MS) {
		return pass({ ...at(state, 'attract', nowMs), trouble: null }, nowMs, perform);
	}
	return renew(state, nowMs, perform);
}

/** A newer version, or this one from the start: only at peace, and only where the relay can give it. */
function renew(state: KioskView, nowMs: number, perform: Do): KioskView {
	const dueMs = renewalDueMs(state);
	if (dueMs === null || nowMs < dueMs) return state;
	perform(state.updateReady && state.reloadingMs === null ? 'update' : 'reload');
	return { ...state, reloadingMs: nowMs };
}

/** When the page is to be loaded anew; null: not as things are. */
function renewalDueMs(state: KioskView): number | null {
	const { scene, relay, rules, padMs, sinceMs, talks, updateReady, mendAtMs, reloadingMs } = state;
	if (scene !== 'attract' || relay !== 'there' || rules === null || padMs !== null) return null;
	if (reloadingMs !== null) return reloadingMs + RELOAD_AGAIN_MS;
	const peaceMs = sinceMs + PEACE_MS;
	if (updateReady || talks >= rules.reloadAfterTalks) return peaceMs;
	return Math.max(peaceMs, Math.min(rules.reloadAtMs, mendAtMs ?? Infinity));
}

function wakeAt(state: KioskView, nowMs: number): number | null {
	const { scene, talking, rules, sinceMs, padMs } = state;
	const dues: number[] = [];
	if (padMs !== null) dues.push(padMs + PAD_MS);
	if (talking !== null && rules !== null) {
		const endMs = talking.beganMs + rules.maxTalkMs;
		dues.push(endMs);
		if (nowMs < endMs - ENDING_SOON_MS) dues.push(endMs - ENDING_SOON_MS);
		if (!isEngaged(talking)) {
			dues.push(nowMs + rules.idleMs + (talking.asked ? stillThereMs(rules) : 0) - talking.idleMs);
		}
	}
	if (scene === 'goodbye') dues.push(sinceMs + GOODBYE_MS);
	if (scene === 'trouble') dues.push(sinceMs + TROUBLE_MS);
	const renewalMs = renewalDueMs(state);
	if (renewalMs !== null) dues.push(renewalMs);
	return dues.length === 0 ? null : Math.max(nowMs, Math.min(...dues));
}

/** The person speaks, or is answered. Everything else counts, so that no phase lasts for ever. */
const ENGAGED: ReadonlySet<Phase> = new Set<Phase>(['hearing', 'thinking', 'speaking']);
const isEngaged = ({ phase, isAlone }: Talking): boolean => ENGAGED.has(phase) && !isAlone;

function counted(state: KioskView, nowMs: number): KioskView {
	const { talking } = state;
	if (talking === null) return state;
	const passedMs = Math.max(0, nowMs - talking.countedMs);
	const idleMs = isEngaged(talking) ? talking.idleMs : talking.idleMs + passedMs;
	return { ...state, talking: { ...talking, idleMs, countedMs: nowMs } };
}

const awake = (state: KioskView): KioskView =>
	state.talking === null ? state : { ...state, talking: { ...state.talking, idleMs: 0, isAlone: false, asked: false } };

const at = (state: KioskView, scene: Scene, nowMs: number): KioskView => ({ ...state, scene, sinceMs: nowMs });

const away = (state: KioskView, relay: RelayIs, lastError: KioskError): KioskView =>
	// A talk has its own connection, and finds its own way back.
	({ ...state, relay, lastError });

function end(state: KioskView, nowMs: number, perform: Do): KioskView {
	perform('forget');
	return { ...at(state, 'goodbye', nowMs), talking: null };
}

const mendAfterMs = (broken: number): number => Math.min(MOST_MEND_MS, MEND_MS * 4 ** (broken - 1));

const ERRORS: Readonly<Record<Failure, KioskError>> = {
	microphone_refused: 'microphone_refused',
	microphone_missing: 'microphone_missing',
	microphone_busy: 'microphone_busy',
	insecure_origin: 'insecure',
	unsupported_browser: 'broken',
	relay_away: 'relay_away',
	relay_refused: 'code_needed',
	code_needed: 'code_needed',
	code_wrong: 'code_needed'
};
