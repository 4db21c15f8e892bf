/**
 * How many of a service's questions may be asked twice. One silent instance among others is a few questions' trouble; where
 * all are slow since they are overloaded, asking everything twice would make it worse, and nobody would be served sooner.
 */

/** A question more is asked twice for so many that are asked: one in ten. */
export const QUESTIONS_PER_HEDGE = 10;
/** Without any question before: enough for the talkers of a small relay whose instance falls silent just after its start. */
export const FIRST_HEDGES = 10;
/** At most so many saved up, of the last thousand questions: what hundreds of talkers ask one instance of within its silence. */
export const MOST_HEDGES = 100;

export class HedgeBudget {
	/** In questions. */
	#saved = FIRST_HEDGES * QUESTIONS_PER_HEDGE;

	/** A question is asked for the first time. */
	asked(): void {
		this.#save(1);
	}

	/** Whether one may be asked a second time; then it counts as one that was. */
	take(): boolean {
		if (this.#saved < QUESTIONS_PER_HEDGE) return false;
		this.#saved -= QUESTIONS_PER_HEDGE;
		return true;
	}

	/** What was taken was not used. */
	giveBack(): void {
		this.#save(QUESTIONS_PER_HEDGE);
	}

	#save(questions: number): void {
		this.#saved = Math.min(this.#saved + questions, MOST_HEDGES * QUESTIONS_PER_HEDGE);
	}
}
