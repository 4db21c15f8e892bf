/** The PIN that lets an operator out of a kiosk: kept as a hash, compared in constant time. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 32 MB and some 60 ms for each try: what a file that leaked costs whoever wants to know the PIN. */
const COST = { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const FORM = /^scrypt\$([\w-]{22})\$([\w-]{43})$/;

export interface PinHash {
	readonly salt: Buffer;
	readonly key: Buffer;
}

/** What `npm run kiosk:pin` prints; null where it is anything else. */
export function readPinHash(text: string): PinHash | null {
	const [, salt, key] = FORM.exec(text) ?? [];
	return salt === undefined || key === undefined
		? null
		: { salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

export async function hashPin(pin: string): Promise<string> {
	const salt = randomBytes(SALT_BYTES);
	return `scrypt$${salt.toString('base64url')}$${(await derive(pin, salt)).toString('base64url')}`;
}

export const isPin = async (pin: string, { salt, key }: PinHash): Promise<boolean> =>
	timingSafeEqual(await derive(pin, salt), key);

function derive(pin: string, salt: Buffer): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		scrypt(pin, salt, KEY_BYTES, COST, (error, key) => {
			if (error === null) resolve(key);
			else reject(error);
		});
	});
}
