/** The quiz: forty questions of ours with short answers that survive a recogniser, in both languages. */
import type { Bilingual } from './bilingual.ts';

export interface Question {
	readonly ask: Bilingual;
	readonly answer: Bilingual;
}

const question = (en: string, answerEn: string, fr: string, answerFr: string): Question => ({
	ask: { en, fr },
	answer: { en: answerEn, fr: answerFr }
});

export const QUESTIONS: readonly Question[] = [
	question('How many legs has a spider?', 'eight', 'Combien de pattes a une araignée ?', 'huit'),
	question(
		'Which planet is nearest to the Sun?',
		'Mercury',
		'Quelle planète est la plus proche du Soleil ?',
		'Mercure'
	),
	question('What do bees make from nectar?', 'honey', 'Que font les abeilles avec le nectar ?', 'du miel'),
	question('How many strings has a violin?', 'four', 'Combien de cordes a un violon ?', 'quatre'),
	question(
		'Which metal is liquid in a warm room?',
		'mercury',
		'Quel métal est liquide dans une pièce tempérée ?',
		'le mercure'
	),
	question('What is the capital of Portugal?', 'Lisbon', 'Quelle est la capitale du Portugal ?', 'Lisbonne'),
	question(
		'Which ocean lies between Africa and Australia?',
		'the Indian Ocean',
		'Quel océan sépare l’Afrique de l’Australie ?',
		'l’océan Indien'
	),
	question(
		'How many minutes are there in a day and a half?',
		'two thousand one hundred and sixty',
		'Combien de minutes y a-t-il dans un jour et demi ?',
		'deux mille cent soixante'
	),
	question('Who painted the Mona Lisa?', 'Leonardo da Vinci', 'Qui a peint la Joconde ?', 'Léonard de Vinci'),
	question('What is frozen water called?', 'ice', 'Comment appelle-t-on l’eau gelée ?', 'la glace'),
	question(
		'Which bird cannot fly but is the fastest runner of all birds?',
		'the ostrich',
		'Quel oiseau ne vole pas mais court plus vite que tous les autres ?',
		'l’autruche'
	),
	question('On which continent is Kenya?', 'Africa', 'Sur quel continent se trouve le Kenya ?', 'l’Afrique'),
	question(
		'How many players of one football team are on the pitch at the start?',
		'eleven',
		'Combien de joueurs une équipe de football aligne-t-elle au début ?',
		'onze'
	),
	question(
		'Which gas do plants take from the air to grow?',
		'carbon dioxide',
		'Quel gaz les plantes prennent-elles dans l’air pour pousser ?',
		'le dioxyde de carbone'
	),
	question(
		'Who wrote Romeo and Juliet?',
		'William Shakespeare',
		'Qui a écrit Roméo et Juliette ?',
		'William Shakespeare'
	),
	question(
		'What colour do yellow and blue paint make together?',
		'green',
		'Quelle couleur donnent ensemble la peinture jaune et la bleue ?',
		'le vert'
	),
	question('How many sides has a hexagon?', 'six', 'Combien de côtés a un hexagone ?', 'six'),
	question('Which river flows through Paris?', 'the Seine', 'Quel fleuve traverse Paris ?', 'la Seine'),
	question('Which organ pumps the blood?', 'the heart', 'Quel organe fait circuler le sang ?', 'le cœur'),
	question(
		'What is the largest planet that goes round our Sun?',
		'Jupiter',
		'Quelle est la plus grande planète autour de notre Soleil ?',
		'Jupiter'
	),
	question(
		'Which instrument has black and white keys?',
		'the piano',
		'Quel instrument a des touches noires et blanches ?',
		'le piano'
	),
	question(
		'What is half of ninety-eight?',
		'forty-nine',
		'Quelle est la moitié de quatre-vingt-dix-huit ?',
		'quarante-neuf'
	),
	question(
		'In which country is the city of Kyoto?',
		'Japan',
		'Dans quel pays se trouve la ville de Kyoto ?',
		'le Japon'
	),
	question('What does a caterpillar turn into?', 'a butterfly or a moth', 'Que devient une chenille ?', 'un papillon'),
	question('Which season follows winter?', 'spring', 'Quelle saison suit l’hiver ?', 'le printemps'),
	question('Which grain is risotto made of?', 'rice', 'Avec quelle céréale fait-on le risotto ?', 'le riz'),
	question('In which city does the Colosseum stand?', 'Rome', 'Dans quelle ville se trouve le Colisée ?', 'Rome'),
	question(
		'How many wheels have two bicycles and a tricycle together?',
		'seven',
		'Combien de roues ont ensemble deux vélos et un tricycle ?',
		'sept'
	),
	question(
		'Which animal builds dams across streams?',
		'the beaver',
		'Quel animal construit des barrages sur les ruisseaux ?',
		'le castor'
	),
	question(
		'What is the hardest natural mineral?',
		'diamond',
		'Quel est le minéral naturel le plus dur ?',
		'le diamant'
	),
	question('Which month has the fewest days?', 'February', 'Quel mois compte le moins de jours ?', 'février'),
	question(
		'Who first walked on the Moon?',
		'Neil Armstrong',
		'Qui a marché le premier sur la Lune ?',
		'Neil Armstrong'
	),
	question(
		'Of which fruit is cider usually made?',
		'apples',
		'De quel fruit fait-on d’ordinaire le cidre ?',
		'de la pomme'
	),
	question(
		'Towards which pole does a compass needle point, for us who read maps?',
		'north',
		'Quel point cardinal montre l’aiguille d’une boussole ?',
		'le nord'
	),
	question(
		'Which two oceans does the Panama Canal join?',
		'the Atlantic and the Pacific',
		'Quels océans le canal de Panama relie-t-il ?',
		'l’Atlantique et le Pacifique'
	),
	question(
		'Which insect lights up at night?',
		'the firefly or glow-worm',
		'Quel insecte s’allume la nuit ?',
		'la luciole ou le ver luisant'
	),
	question(
		'What is a word called that reads the same backwards?',
		'a palindrome',
		'Comment appelle-t-on un mot qui se lit aussi à l’envers ?',
		'un palindrome'
	),
	question(
		'Which mountain is the highest above the sea?',
		'Mount Everest',
		'Quelle montagne est la plus haute au-dessus de la mer ?',
		'l’Everest'
	),
	question(
		'How many squares are on a chessboard?',
		'sixty-four',
		'Combien de cases a un échiquier ?',
		'soixante-quatre'
	),
	question(
		'Which composer went deaf and wrote nine symphonies?',
		'Beethoven',
		'Quel compositeur, devenu sourd, a écrit neuf symphonies ?',
		'Beethoven'
	)
];
