/** What the operator calls this kiosk: `/kiosk?name=lobby`. */
import * as v from 'valibot';
import { KioskNameSchema } from '../../chat/characters/kiosk.ts';

const UNNAMED = 'kiosk';

/** `search` as in `location`; whatever is no name is none. */
export function kioskName(search: string): string {
	const read = v.safeParse(KioskNameSchema, new URLSearchParams(search).get('name'));
	return read.success ? read.output : UNNAMED;
}
