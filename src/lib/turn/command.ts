/** Words that ask a voice to stop: whoever hears one does not wait for a second. English and French. */
import { wordSet, wordsOf } from './words-of.ts';

const COMMANDS = wordSet(
	'stop wait no nope sorry hey hold pause enough quiet silence shush cancel excuse actually ' +
		'arrête arrêtez attends attendez non pardon assez chut minute doucement excusez excuse annule annulez'
);

/** Whether `word` is one of them. */
export const isCommand = (word: string): boolean => wordsOf(word).some((one) => COMMANDS.has(one));
