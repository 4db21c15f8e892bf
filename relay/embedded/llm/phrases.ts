/** Everything that the built-in partner says, in its two languages. Written to be spoken: no marks, no addresses. */

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Lists are said in turn. */
export interface Phrases {
	readonly introduction: string;
	readonly hello: readonly string[];
	readonly howAreYou: readonly string[];
	readonly abilities: string;
	readonly identity: string;
	readonly connect: string;
	readonly thanks: readonly string[];
	readonly yes: readonly string[];
	readonly no: readonly string[];
	readonly quiet: readonly string[];
	readonly jokes: readonly string[];
	readonly stories: readonly string[];
	/** Nobody says anything: the first time, the second, and from then on. The last one is a goodbye. */
	readonly silence: readonly [string, string, string];
	/** A voice was heard, and no word of it. */
	readonly speech: readonly string[];
	/** Ends in "Bye!", in any case of letters: that is what ends a conversation. */
	readonly goodbye: string;
	/** What cannot be answered: four excuses, of which two are offers that a "yes" takes up. */
	readonly beyond: string;
	readonly offersModel: string;
	readonly offersSum: string;
	readonly offersStory: string;
	readonly noName: string;
	readonly noDivision: string;
	readonly nothingToRepeat: string;
	readonly tooMuchToCount: string;
	time(time: string): string;
	date(date: string): string;
	result(value: string, exact: boolean): string;
	spelt(word: string, letters: string): string;
	pleasedToMeet(name: string): string;
	yourName(name: string): string;
	heard(words: string): string;
}

const english: Phrases = {
	introduction:
		'Hello! I am the demo that comes with Parley, not an AI model, but you can talk to me. How are you today?',
	hello: ['Hello again! What shall we talk about?', 'Hi! I am listening.'],
	howAreYou: [
		'I am well, thank you. A demo has an easy life. And you?',
		'Still very well, thanks. Nothing much changes in here. How about you?'
	],
	abilities:
		'I can tell the time, do sums, count, spell words, repeat what you say, and tell jokes and short stories. Try talking over a story: I stop at once.',
	identity:
		'I am the demo that comes with Parley. I am a few hundred lines of plain rules, not an AI model, so that you can try talking before you connect one.',
	connect:
		'Set the two variables LLM URL and LLM MODEL, each with an underscore in the middle, and start Parley again. Or start Ollama on this machine, and Parley finds it by itself.',
	thanks: ['You are welcome!', 'My pleasure.', 'Any time.'],
	yes: ['Good! What would you like to hear: a joke, a story, or the time?', 'All right. Go ahead.'],
	no: ['That is fine. We can talk about something else.', 'No problem. Just tell me what you would like.'],
	quiet: ['All right, I am quiet.', 'Of course. I am listening.'],
	jokes: [
		'Why did the microphone go to school? It wanted to improve its pick-up lines.',
		'I told my loudspeaker a secret. Now the whole room knows.',
		'What do you call a frog that talks over everybody? A barge-in toad.'
	],
	stories: [
		'Once there was a lighthouse keeper who talked to the fog every night. The fog never answered, but she was sure that it listened. One evening a ship called back out of the mist and asked her who she was talking to. She said that she was keeping the fog company, since it looked so lonely out there. The captain laughed, steered by the sound of her voice, and came safely into the harbour. From then on, every ship on that coast sailed home by her stories.',
		'An old clockmaker had a parrot that could tell the time. Every hour it called out the number, and the whole street set its watches by it. One morning the parrot overslept, and everybody in the street was late. Nobody was angry, because they had all slept so well. The next day they asked the clockmaker whether the parrot might oversleep again. He said that he would have to ask the parrot, and the parrot said five o’clock.',
		'A boy found a shell on the beach and held it to his ear. Instead of the sea he heard a small voice counting waves. It had reached nine thousand and twelve when he asked it why. The voice went silent for a moment, and then it sighed and said that now it had lost count. So the boy sat down beside it, and together they started again from one.'
	],
	silence: [
		'Take your time. I am here when you are ready.',
		'Still here. You could ask me for a story.',
		'It seems you are busy, so I will leave you in peace. Bye!'
	],
	speech: [
		'I can hear your voice, but nothing here turns it into words yet. You can type to me, or set the variable STT URL, with an underscore, to a speech server.',
		'You are loud and clear, yet without a speech recogniser I cannot tell what you said. Typing works, if you would like an answer.',
		'I heard that you spoke, and when you paused. To understand the words as well, I need a speech server, and STT URL, with an underscore, tells me where it is.',
		'I am sorry, I only hear that somebody is talking. If you type your question, I can answer it.'
	],
	goodbye: 'It was nice talking to you. Bye!',
	beyond: 'I am only a small demo, and that is beyond me. Ask me for a joke, a story, or the time.',
	offersModel: 'That one needs a real model. Would you like to know how to connect one?',
	offersSum: 'I have no good answer to that. I am better at sums: try me with seven times eight.',
	offersStory: 'My rules do not reach that far. Shall I tell you a short story instead?',
	noName: 'You have not told me your name yet. What is it?',
	noDivision: 'Nobody can divide by zero, not even a computer.',
	nothingToRepeat: 'I would gladly repeat something. What shall I say?',
	tooMuchToCount: 'That would take us all day. Give me a number up to thirty.',
	time: (time) => `It is ${time}.`,
	date: (date) => `Today is ${date}.`,
	result: (value, exact) => (exact ? `That is ${value}.` : `That is about ${value}.`),
	spelt: (word, letters) => `${word} is spelt ${letters}.`,
	pleasedToMeet: (name) => `Pleased to meet you, ${name}! What shall we talk about?`,
	yourName: (name) => `Your name is ${name}, if I heard you right.`,
	heard: (words) => `You said: ${words}.`
};

const french: Phrases = {
	introduction:
		'Bonjour ! Je suis la démo fournie avec Parley, pas une intelligence artificielle, mais vous pouvez me parler. Comment allez-vous ?',
	hello: ['Rebonjour ! De quoi voulez-vous parler ?', 'Bonjour ! Je vous écoute.'],
	howAreYou: [
		'Je vais bien, merci. La vie d’une démo est facile. Et vous ?',
		'Toujours très bien, merci. Il ne se passe pas grand-chose ici. Et de votre côté ?'
	],
	abilities:
		'Je sais donner l’heure, calculer, compter, épeler, répéter ce que vous dites, et raconter des blagues et de petites histoires. Essayez de me couper la parole : je me tais aussitôt.',
	identity:
		'Je suis la démo fournie avec Parley. Je suis faite de quelques règles simples, pas d’un modèle, pour que vous puissiez essayer avant d’en brancher un vrai.',
	connect:
		'Définissez les deux variables LLM URL et LLM MODEL, chacune avec un tiret bas au milieu, puis relancez Parley. Ou lancez Ollama sur cette machine, et Parley le trouvera tout seul.',
	thanks: ['Je vous en prie !', 'Avec plaisir.', 'De rien.'],
	yes: ['Très bien ! Que voulez-vous entendre : une blague, une histoire, ou l’heure ?', 'D’accord. Je vous écoute.'],
	no: ['Pas de souci. Nous pouvons parler d’autre chose.', 'Très bien. Dites-moi ce qui vous ferait plaisir.'],
	quiet: ['D’accord, je me tais.', 'Bien sûr. Je vous écoute.'],
	jokes: [
		'Pourquoi le micro est-il toujours fatigué ? Parce qu’on lui parle toute la journée.',
		'J’ai confié un secret à mon haut-parleur. Maintenant, toute la maison est au courant.',
		'Quel est le comble pour une horloge parlante ? Ne plus avoir le temps de répondre.'
	],
	stories: [
		'Il était une fois une gardienne de phare qui parlait au brouillard chaque nuit. Le brouillard ne répondait jamais, mais elle était sûre qu’il écoutait. Un soir, un navire lui demanda du fond de la brume à qui elle parlait. Elle répondit qu’elle tenait compagnie au brouillard, qui avait l’air si seul. Le capitaine rit, se guida au son de sa voix, et rentra sans peine au port. Depuis ce jour, tous les navires de la côte reviennent grâce à ses histoires.',
		'Un vieil horloger avait un perroquet qui donnait l’heure. Toute la rue réglait ses montres sur lui. Un matin, le perroquet dormit trop longtemps, et toute la rue fut en retard. Personne ne se fâcha, car tout le monde avait très bien dormi. Le lendemain, on demanda au perroquet s’il voulait bien recommencer.'
	],
	silence: [
		'Prenez votre temps. Je suis là quand vous voulez.',
		'Je suis toujours là. Vous pouvez me demander une histoire.',
		'Vous semblez occupé, alors je vous laisse tranquille. Au revoir, bye!'
	],
	speech: [
		'J’entends votre voix, mais rien ici ne la transforme encore en mots. Vous pouvez m’écrire, ou donner à la variable STT URL, avec un tiret bas, l’adresse d’un serveur vocal.',
		'Je vous entends très bien, mais sans reconnaissance vocale je ne sais pas ce que vous avez dit. Au clavier, je peux vous répondre.',
		'J’ai entendu que vous parliez, et quand vous vous êtes arrêté. Pour comprendre les mots, il me faut un serveur vocal, et c’est la variable STT URL, avec un tiret bas, qui me dit où il est.',
		'Je suis désolée, j’entends seulement que quelqu’un parle. Si vous écrivez votre question, je peux y répondre.'
	],
	goodbye: 'J’ai été ravie de parler avec vous. Au revoir, bye!',
	beyond: 'Je ne suis qu’une petite démo, et cela me dépasse. Demandez-moi une blague, une histoire, ou l’heure.',
	offersModel: 'Pour cela, il faut un vrai modèle. Voulez-vous savoir comment en brancher un ?',
	offersSum: 'Je n’ai pas de bonne réponse. Je suis meilleure en calcul : essayez sept fois huit.',
	offersStory: 'Mes règles ne vont pas si loin. Voulez-vous plutôt une petite histoire ?',
	noName: 'Vous ne m’avez pas encore dit votre nom. Quel est-il ?',
	noDivision: 'Personne ne peut diviser par zéro, pas même un ordinateur.',
	nothingToRepeat: 'Je répète volontiers. Que dois-je dire ?',
	tooMuchToCount: 'Cela nous prendrait la journée. Donnez-moi un nombre jusqu’à trente.',
	time: (time) => `Il est ${time}.`,
	date: (date) => `Nous sommes le ${date}.`,
	result: (value, exact) => (exact ? `Cela fait ${value}.` : `Cela fait environ ${value}.`),
	spelt: (word, letters) => `${word} s’épelle ${letters}.`,
	pleasedToMeet: (name) => `Ravie de vous connaître, ${name} ! De quoi voulez-vous parler ?`,
	yourName: (name) => `Vous vous appelez ${name}, si j’ai bien entendu.`,
	heard: (words) => `Vous avez dit : ${words}.`
};

export const PHRASES: Readonly<Record<Language, Phrases>> = { en: english, fr: french };
