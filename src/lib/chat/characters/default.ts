/** Who answers where nobody was chosen. */
import type { Character } from './character.ts';

export function defaultCharacter(language: 'en' | 'fr'): Character {
	return {
		id: 'parley',
		name: 'Parley',
		language,
		instructions: { type: 'constant', text: 'You are good company: warm, curious and quick, with a mind of your own.' },
		good: true
	};
}
