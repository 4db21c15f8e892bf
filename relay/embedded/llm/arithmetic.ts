/** Sums as people say them, in English and French: "twelve plus thirty", "3 fois 4". Pure. */

/** Number words of both languages; none of them means two different numbers. */
const NUMBERS: Readonly<Record<string, number>> = {
	...{ zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 },
	...{ eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18 },
	...{ nineteen: 19, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90 },
	...{ zéro: 0, un: 1, une: 1, deux: 2, trois: 3, quatre: 4, cinq: 5, sept: 7, huit: 8, neuf: 9, dix: 10 },
	...{ onze: 11, douze: 12, treize: 13, quatorze: 14, quinze: 15, seize: 16, vingt: 20, vingts: 20, trente: 30 },
	...{ quarante: 40, cinquante: 50, soixante: 60, septante: 70, huitante: 80, nonante: 90 }
};
const SCALES: Readonly<Record<string, number>> = { thousand: 1000, mille: 1000, million: 1e6, millions: 1e6 };
const HUNDREDS: ReadonlySet<string> = new Set(['hundred', 'cent', 'cents']);
const LINKS: ReadonlySet<string> = new Set(['and', 'et']);

type Operator = '+' | '-' | '*' | '/';
const OPERATORS: Readonly<Record<string, Operator>> = {
	...{ '+': '+', plus: '+', '-': '-', '−': '-', minus: '-', moins: '-', less: '-' },
	...{ '*': '*', '×': '*', x: '*', times: '*', fois: '*', multiplied: '*', multiplié: '*' },
	...{ '/': '/', '÷': '/', divided: '/', divisé: '/', over: '/', sur: '/' }
};
/** Said around a sum and no part of it. */
const POLITENESS: ReadonlySet<string> = new Set(
	(
		'what is what’s whats how much calculate compute please tell me the result of equals equal to can you by hey okay ok so and ' +
		'combien font fait ça calcule calculer dis moi s’il te vous plaît plait égale est ce que par le résultat de et'
	).split(' ')
);

/** The value of a number said in words or digits, or null: "two hundred and five", "quatre-vingt-dix-sept", "3.5". */
export function numberOf(words: readonly string[]): number | null {
	let total = 0;
	let current = 0;
	let any = false;
	for (const word of words) {
		if (LINKS.has(word) && any) continue;
		const scale = Object.hasOwn(SCALES, word) ? SCALES[word] : undefined;
		const unit = Object.hasOwn(NUMBERS, word) ? NUMBERS[word] : undefined;
		if (/^\d{1,12}(?:[.,]\d{1,6})?$/u.test(word)) {
			if (any) return null;
			current = Number(word.replace(',', '.'));
		} else if (HUNDREDS.has(word)) current = Math.max(1, current) * 100;
		else if (scale !== undefined) {
			total += Math.max(1, current) * scale;
			current = 0;
		} else if (unit === undefined) return null;
		// Eighty is four twenties in French.
		else if (unit === 20 && current % 100 === 4) current += 76;
		else current += unit;
		any = true;
	}
	return any ? total + current : null;
}

/** Words and signs of a sentence, lower case; hyphens within words part them, a minus sign between numbers stays. */
function tokens(text: string): string[] {
	const spaced = text
		.toLowerCase()
		.replaceAll("'", '’')
		.replace(/(\p{L})-(?=\p{L})/gu, '$1 ')
		.replace(/(\d)\s?[x×]\s?(?=\d)/gu, '$1 × ')
		.replace(/([+*÷/=−])/gu, ' $1 ')
		.replace(/(\d)\s*-\s*(?=\d)/gu, '$1 - ');
	return spaced
		.split(/\s+/u)
		.map((token) => token.replace(/^[¿¡("]+|[?!.,;:)"]+$/gu, ''))
		.filter((token) => token !== '' && token !== '=');
}

/** A sum's parts: n numbers and the n − 1 operators between them. */
interface Sum {
	readonly numbers: readonly number[];
	readonly operators: readonly Operator[];
}

/** The sum that the whole of `text` asks for; null where it asks for anything else. */
function parseSum(text: string): Sum | null {
	const numbers: number[] = [];
	const operators: Operator[] = [];
	let words: string[] = [];
	for (const token of tokens(text.slice(0, 300))) {
		const operator = Object.hasOwn(OPERATORS, token) ? OPERATORS[token] : undefined;
		if (operator === undefined) {
			const known = numberOf([token]) !== null || (LINKS.has(token) && words.length > 0);
			if (known) words.push(token);
			else if (!POLITENESS.has(token)) return null;
			continue;
		}
		const value = numberOf(words);
		if (value === null) return null;
		numbers.push(value);
		operators.push(operator);
		words = [];
	}
	const last = numberOf(words);
	if (last === null || operators.length === 0) return null;
	return { numbers: [...numbers, last], operators };
}

/** Products before sums, else from left to right. */
function valueOf({ numbers, operators }: Sum): number {
	let sum = 0;
	let term = numbers[0] ?? 0;
	for (const [i, operator] of operators.entries()) {
		const right = numbers[i + 1] ?? 0;
		if (operator === '*') term *= right;
		else if (operator === '/') term /= right;
		else {
			sum += term;
			term = operator === '+' ? right : -right;
		}
	}
	return sum + term;
}

/** The result of the sum that `text` asks for; `'undefined'` for a division by zero; null where it is no sum. */
export function calculate(text: string): number | 'undefined' | null {
	const sum = parseSum(text);
	if (sum === null) return null;
	const value = valueOf(sum);
	return Number.isFinite(value) ? value : 'undefined';
}
