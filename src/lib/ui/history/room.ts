/** How much room the browser gives this page, and whether it has promised to keep what is in it. */

export interface Room {
	/** Null where the browser does not say. */
	readonly usedBytes: number | null;
	readonly quotaBytes: number | null;
	/** Null where it knows no such promise. */
	readonly persisted: boolean | null;
}

type Manager = Partial<Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>>;

/** Absent on pages without https, and in old browsers. */
const browserManager = (): Manager => (navigator as { readonly storage?: Manager }).storage ?? {};

/** Never rejects. */
export async function roomOf(storage: Manager = browserManager()): Promise<Room> {
	const [estimate, persisted] = await Promise.all([
		storage.estimate?.().catch(() => null),
		storage.persisted?.().catch(() => null)
	]);
	return {
		usedBytes: estimate?.usage ?? null,
		quotaBytes: estimate?.quota ?? null,
		persisted: persisted ?? null
	};
}

/** Asks for the promise; true where it is given. Never rejects. */
export async function askToKeep(storage: Manager = browserManager()): Promise<boolean> {
	return (await storage.persist?.().catch(() => false)) ?? false;
}

const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** As `1.2 MB`, in the language's own way. */
export function sizeInWords(bytes: number, language: string): string {
	const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3) - 1));
	return new Intl.NumberFormat(language, {
		style: 'unit',
		unit: UNITS[step] ?? 'kilobyte',
		unitDisplay: 'short',
		maximumFractionDigits: step === 0 ? 0 : 1
	}).format(bytes / 1000 ** (step + 1));
}
