import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from './token-estimate.ts';

/** Sentences with the smallest and the largest count of the five tokenizers. */
const MEASURED: readonly (readonly [language: string, text: string, least: number, most: number])[] = [
	[
		'English',
		"Well, I think that's a lovely idea! We could start with something simple, like pasta, and then see how it goes. What would you like to talk about today? I've been wondering whether you enjoy cooking at all.",
		45,
		53
	],
	[
		'French',
		'Eh bien, je pense que c’est une très belle idée ! On pourrait commencer par quelque chose de simple, comme des pâtes, puis voir comment ça se passe. De quoi aimeriez-vous parler aujourd’hui ? Je me demandais si vous aimiez cuisiner.',
		54,
		78
	],
	[
		'German',
		'Nun, ich finde, das ist eine wunderbare Idee! Wir könnten mit etwas Einfachem anfangen, zum Beispiel Nudeln, und dann sehen, wie es läuft. Worüber möchten Sie heute sprechen?',
		42,
		62
	],
	[
		'Polish',
		'Myślę, że to świetny pomysł! Możemy zacząć od czegoś prostego, na przykład od makaronu, a potem zobaczyć, jak pójdzie. O czym chciałbyś dziś porozmawiać?',
		53,
		72
	],
	[
		'Vietnamese',
		'Tôi nghĩ đó là một ý tưởng tuyệt vời! Chúng ta có thể bắt đầu với một món đơn giản rồi xem thế nào. Hôm nay bạn muốn nói về điều gì?',
		36,
		94
	],
	[
		'Russian',
		'Думаю, это прекрасная идея! Мы могли бы начать с чего-нибудь простого, например с макарон, а потом посмотреть, как пойдёт. О чём вы хотели бы поговорить сегодня?',
		44,
		79
	],
	[
		'Greek',
		'Νομίζω ότι είναι υπέροχη ιδέα! Θα μπορούσαμε να ξεκινήσουμε με κάτι απλό και μετά να δούμε πώς θα πάει.',
		37,
		105
	],
	[
		'Arabic',
		'أعتقد أن هذه فكرة رائعة! يمكننا أن نبدأ بشيء بسيط ثم نرى كيف تسير الأمور. عن ماذا تود أن نتحدث اليوم؟',
		34,
		100
	],
	['Hebrew', 'אני חושב שזה רעיון נהדר! אפשר להתחיל במשהו פשוט ואז לראות איך זה הולך. על מה תרצה לדבר היום?', 30, 94],
	['Hindi', 'मुझे लगता है कि यह बहुत अच्छा विचार है! हम किसी सरल चीज़ से शुरू कर सकते हैं और फिर देखेंगे कि क्या होता है।', 30, 118],
	['Thai', 'ฉันคิดว่านั่นเป็นความคิดที่ดีมาก เราอาจเริ่มจากอะไรง่ายๆ แล้วค่อยดูว่าจะเป็นอย่างไร', 32, 89],
	[
		'Chinese',
		'我觉得这是个很好的主意！我们可以先从简单的开始，比如做面条，然后看看效果怎么样。你今天想聊些什么呢？',
		32,
		68
	],
	[
		'Japanese',
		'それはとてもいい考えだと思います。まずはパスタのような簡単なものから始めて、様子を見てみましょう。今日は何について話したいですか？',
		39,
		75
	],
	[
		'Korean',
		'정말 좋은 생각인 것 같아요! 파스타처럼 간단한 것부터 시작해서 어떻게 되는지 봅시다. 오늘은 무엇에 대해 이야기하고 싶으세요?',
		38,
		115
	],
	['digits', 'My number is 06 12 34 56 78 and the code is 9481726350, on 2026-11-21 at 10:30, 3.14159 km.', 44, 65],
	['emoji', '😀👍🏽🇫🇷❤️🎉👩‍👩‍👧‍👦', 22, 49],
	['code', 'for (const [k, v] of Object.entries(x ?? {})) { if (!v?.ok) throw new Error(`${k}: ${v.code}`); }', 34, 39]
];

describe('estimateTokens', () => {
	it.each(MEASURED)('does not guess less than the largest count in %s', (_language, text, _least, most) => {
		expect(estimateTokens(text)).toBeGreaterThanOrEqual(most);
	});

	it.each(MEASURED)('does not guess more than 1.5 times the largest count in %s', (_language, text, _least, most) => {
		expect(estimateTokens(text)).toBeLessThanOrEqual(1.5 * most);
	});

	it('guesses nothing for nothing and something for anything', () => {
		expect(estimateTokens('')).toBe(0);
		expect(estimateTokens('a')).toBe(1);
		expect(estimateTokens('\n')).toBe(1);
	});

	it('grows with the text, and no more than byte by byte and once per word', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
				expect(estimateTokens(a + b)).toBeGreaterThanOrEqual(estimateTokens(a));
				expect(estimateTokens(a)).toBeLessThanOrEqual(4 * a.length + 1);
			})
		);
	});
});
