/** What small talk can begin with: a question that anybody has an answer to, in both languages. */
import type { Bilingual } from './bilingual.ts';

export const TOPICS: readonly Bilingual[] = [
	{ en: 'a smell that takes you back to childhood', fr: 'une odeur qui ramène à l’enfance' },
	{ en: 'the best meal you ever had in an odd place', fr: 'le meilleur repas pris dans un endroit inattendu' },
	{ en: 'a small thing that went well today', fr: 'une petite chose réussie aujourd’hui' },
	{ en: 'what the window shows at this moment', fr: 'ce que l’on voit par la fenêtre en ce moment' },
	{ en: 'a sound you could listen to for an hour', fr: 'un bruit que l’on pourrait écouter pendant une heure' },
	{ en: 'the first thing you would cook for a stranger', fr: 'le premier plat que l’on ferait pour un inconnu' },
	{ en: 'a word that you like for its sound alone', fr: 'un mot que l’on aime rien que pour sa musique' },
	{ en: 'a shop that closed and that you miss', fr: 'une boutique fermée qui manque encore' },
	{
		en: 'whether mornings or evenings are the better half of the day',
		fr: 'le matin ou le soir : la meilleure moitié du jour'
	},
	{
		en: 'a skill your grandparents had and nobody has now',
		fr: 'un savoir-faire des grands-parents que plus personne n’a'
	},
	{ en: 'the bravest thing you have seen somebody do', fr: 'le geste le plus courageux dont on ait été témoin' },
	{ en: 'a journey that went wrong and was better for it', fr: 'un voyage raté qui en est devenu meilleur' },
	{ en: 'the weather you secretly enjoy', fr: 'le temps que l’on aime en secret' },
	{ en: 'something you changed your mind about', fr: 'une chose sur laquelle on a changé d’avis' },
	{ en: 'the oldest object that you use every day', fr: 'l’objet le plus ancien dont on se sert chaque jour' },
	{ en: 'a tune that will not leave your head', fr: 'un air qui ne veut pas sortir de la tête' },
	{ en: 'how you would spend a day without a clock', fr: 'une journée sans montre ni horloge' },
	{ en: 'a neighbour worth a story', fr: 'un voisin qui mérite une histoire' },
	{ en: 'the kindest lie you were ever told', fr: 'le mensonge le plus gentil que l’on ait entendu' },
	{
		en: 'a place in your town that visitors never find',
		fr: 'un coin de la ville que les visiteurs ne trouvent jamais'
	},
	{ en: 'what you collected as a child', fr: 'ce que l’on collectionnait enfant' },
	{ en: 'the book or film you pretend to have finished', fr: 'le livre ou le film que l’on prétend avoir fini' },
	{ en: 'a rule of your family that guests found strange', fr: 'une règle de famille qui étonnait les invités' },
	{
		en: 'what you would ask a cat if it could answer once',
		fr: 'la question à poser à un chat qui ne répondrait qu’une fois'
	},
	{ en: 'the last thing that made you laugh out loud', fr: 'la dernière chose qui a fait rire aux éclats' },
	{ en: 'a job you would try for one week', fr: 'un métier à essayer une seule semaine' },
	{ en: 'bread: with what, and at what time of the day', fr: 'le pain : avec quoi, et à quelle heure' },
	{ en: 'a teacher you still think of', fr: 'un professeur à qui l’on pense encore' },
	{ en: 'the sea or the mountains, and why not the other', fr: 'la mer ou la montagne, et pourquoi pas l’autre' },
	{ en: 'an invention that we could well do without', fr: 'une invention dont on se passerait bien' }
];
