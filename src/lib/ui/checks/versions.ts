/** Whether page and relay belong together. Pure. */
import type { Build } from '../../session/relay-health.ts';

/** `app`: the package's version, and after a `+` the build's. A relay of another name is not ours, and of no version of ours. */
export const sameVersion = (app: string, relay: Build): boolean =>
	relay.name === 'parley' && relay.version === app.split('+')[0];
