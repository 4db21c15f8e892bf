/** A relay that other machines can reach lets nobody in until its operator has said who may. */
import { isLoopbackHost } from './origin.ts';

export const HOW_TO_OPEN =
	'This relay was set up for its own machine. To let others in, say on the relay who may: ' +
	'ALLOWED_ORIGINS=https://your.host for the pages of that address, ' +
	'ACCESS_TOKENS=… or JWT_JWKS_URL=… for whoever has a token, or ACCESS=open for everybody.';

export interface PublicBind {
	readonly host: string;
	readonly allowedOrigins: readonly string[];
	readonly open: boolean;
	/** Whether tokens are configured, of whichever kind. */
	readonly tokens: boolean;
}

/** What is missing, as a sentence that begins after the variable's name; null where nothing is. */
export function publicBindFault({ host, allowedOrigins, open, tokens }: PublicBind): string | null {
	if (isLoopbackHost(host) || open || tokens || allowedOrigins.length > 0) return null;
	return (
		'lets other machines reach this relay, and nothing says who may use it. Set ALLOWED_ORIGINS=https://your.host ' +
		'(the address that people open), or ACCESS_TOKENS=… (openssl rand -hex 24), or JWT_JWKS_URL=…, ' +
		'or ACCESS=open to let everybody in'
	);
}
