/** The same thing in the two languages that characters speak. */
export interface Bilingual {
	readonly en: string;
	readonly fr: string;
}
