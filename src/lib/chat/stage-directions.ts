/** Which words between marks tell what the speaker does instead of what they say. English and French. */

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

/** Of the voice or the face, or a sound: a direction between any marks. */
const EXPRESSION = words(`
	smiles smiling smile laughs laughing laughter laugh sighs sighing sigh chuckles chuckling chuckle giggles giggling giggle
	grins grinning grin nods nodding nod winks winking wink shrugs shrugging shrug coughs coughing cough gasps gasping gasp
	blushes blushing smirks smirking smirk whispers whispering pauses pausing pause silence applause music snorts snickers
	yawns yawning hums humming sniffs sniffles sobs sobbing groans groaning gulps hiccups cheers beams beaming
	sourit souriant sourire rit riant rire rires rigole ricane glousse soupire soupirant soupir soupirs tousse toussote toux
	rougit hoche acquiesce chuchote chuchotant murmure murmurant applaudit applaudissements musique bâille sanglote
	renifle fredonne hausse`);
/** Of the body: words that often mean something else, so a direction only in asterisks or underscores, and not alone. */
const GESTURE = words(`
	waves waving looks looking leans leaning tilts tilting raises raising takes taking turns turning claps clapping clears
	clearing scratches scratching rubs rubbing bows bowing stares staring glances glancing thinks thinking speaks speaking
	rolls rolling crosses crossing puts putting gestures gesturing adjusts
	regarde regardant lève levant penche incline fait prend tourne tape frappe réfléchit salue cligne fronce croise secoue se`);
/** After these, a marked verb is only stressed: "she *laughs* a lot". */
const SUBJECT = words(`
	i you he she it we they who that which always never often still also just and everyone everybody nobody someone people
	je tu il elle on nous vous ils elles qui ça cela jamais toujours ne me te se y en`);
/** As in "gently smiles", "très doucement". */
const ADVERB = /(?:ly|ment)$/u;
const SMALL = words(
	'a an the very un une le la les des de petit petite long short light soft brief léger légère bref très'
);
/** "*He smiles.*": somebody tells of the speaker. In the first person it is nearly always something said. */
const TOLD_OF = words('he she il elle');
/** The one gesture that voices are so often told to make that it stands in brackets as well. And what may become it. */
const THROAT = /^(?:(?:clears?|clearing) (?:\p{L}+ )?throat|(?:se )?racl\p{L}* la gorge)(?: |$)/u;
const THROAT_BEGINS = /^(?:(?:clears?|clearing)(?: \p{L}+)?|se|(?:se )?racl\p{L}*(?: la)?)$/u;
const MOST_WORDS = 12;

export type Marks = 'asterisks' | 'brackets';

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];

/**
 * Whether `inner`, the text between marks, is a stage direction. `before` is what stands before them.
 * Brackets hold one only where it begins with a word of expression; asterisks also with a gesture, which then goes on
 * ("*leans back*", but "it *looks* fine"). "(about 3 km)" and "*really*" are spoken.
 */
export function isStageDirection(inner: string, marks: Marks, before: string): boolean {
	if (/[.?!:]\s+\p{Lu}|\p{N}/u.test(inner)) return false;
	const all = wordsOf(inner);
	const first = firstOf(all, marks);
	if (first === undefined || all.length > MOST_WORDS) return false;
	if (THROAT.test(all.join(' '))) return true;
	if (marks === 'asterisks') {
		const last = /([\p{L}\p{M}]+)\s*$/u.exec(before)?.[1]?.toLowerCase();
		if (last !== undefined && SUBJECT.has(last)) return false;
		if (GESTURE.has(first) && all.length > 1 && !TOLD_OF.has(all[0] ?? '')) return true;
	}
	return EXPRESSION.has(first);
}

/** Whether `inner`, still without its end mark, may become one. */
export function mayBecomeStageDirection(inner: string, marks: Marks): boolean {
	const all = wordsOf(inner);
	const first = firstOf(all, marks);
	if (all.length > MOST_WORDS || /\p{N}/u.test(inner)) return false;
	const said = all.join(' ');
	if (THROAT.test(said) || THROAT_BEGINS.test(said)) return true;
	return first === undefined || EXPRESSION.has(first) || (marks === 'asterisks' && GESTURE.has(first));
}

/** The word that tells what is done. */
function firstOf(all: readonly string[], marks: Marks): string | undefined {
	const from = marks === 'asterisks' && TOLD_OF.has(all[0] ?? '') ? 1 : 0;
	return all.slice(from).find((word) => !isModifier(word));
}

const isModifier = (word: string): boolean => SMALL.has(word) || ADVERB.test(word);
