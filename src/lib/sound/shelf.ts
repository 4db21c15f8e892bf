/** The database that the sound of talks lies in. Apart from the history's: it is a hundred times as large. */
import { browserShelf, type Shelf } from '../history/shelf.ts';

export const soundShelf = (): Shelf => browserShelf('parley-sound', 'sounds');
