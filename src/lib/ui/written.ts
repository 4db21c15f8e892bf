/** As much as one turn in writing may hold, in UTF-16 units. */
export const MOST_LETTERS = 2000;
