/** The voices that a person made: which there are, until when, and which one speaks for now. Kept in this browser. Pure. */
import * as v from 'valibot';
import { KEYS, recall, remember, type Shelf } from '../stored.ts';

/** The relay's own limit. */
export const KEPT_MS = 3_600_000;
/** More than anybody makes in an hour. */
const MOST = 12;
export const LONGEST_LABEL = 40;

const VoiceSchema = v.object({
	/** What the relay calls it: whoever knows the name may use the voice. */
	voice: v.pipe(v.string(), v.startsWith('custom:'), v.maxLength(200)),
	/** What the person calls it. */
	label: v.pipe(v.string(), v.maxLength(LONGEST_LABEL)),
	/** The relay's origin: no other knows the voice. */
	relay: v.string(),
	/** Since 1970. */
	untilMs: v.number()
});
export type KeptVoice = Readonly<v.InferOutput<typeof VoiceSchema>>;

export const isOwnVoice = (voice: string): boolean => voice.startsWith('custom:');

/** For a file that others are given: whoever reads the name of a cloned voice in it could speak with it. */
export function withoutOwnVoice<C extends { readonly voice?: string }>(character: C): C | Omit<C, 'voice'> {
	const { voice, ...rest } = character;
	return voice !== undefined && isOwnVoice(voice) ? rest : character;
}

/** Those of `relay` whose hour is not over, the newest first. */
export function recallVoices(relay: string, nowMs: number, shelf?: Shelf | null): readonly KeptVoice[] {
	return all(shelf).filter((one) => one.relay === relay && one.untilMs > nowMs);
}

/** Answers the list as it is now. */
export function keepVoice(made: KeptVoice, nowMs: number, shelf?: Shelf | null): void {
	const others = all(shelf).filter(({ voice, untilMs }) => voice !== made.voice && untilMs > nowMs);
	remember(KEYS.voices, [made, ...others].slice(0, MOST), shelf);
}

export function dropVoice(voice: string, shelf?: Shelf | null): void {
	remember(
		KEYS.voices,
		all(shelf).filter((one) => one.voice !== voice),
		shelf
	);
}

/** Each by itself: one that does not fit takes no other with it. */
function all(shelf?: Shelf | null): KeptVoice[] {
	return (recall(KEYS.voices, v.array(v.unknown()), shelf) ?? []).flatMap((item) => {
		const parsed = v.safeParse(VoiceSchema, item);
		return parsed.success ? [parsed.output] : [];
	});
}
