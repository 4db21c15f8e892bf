/** `npm run kiosk:pin`: asks for a PIN and prints the line for the file of KIOSK_CONFIG. It is in no command line, and so in no history. */
import { createInterface } from 'node:readline/promises';
import * as v from 'valibot';
import { PIN_DIGITS, PinSchema } from '../../src/lib/chat/characters/kiosk.ts';
import { hashPin } from './pin.ts';

const lines = createInterface({ input: process.stdin, output: process.stderr });
const pin = v.safeParse(PinSchema, await lines.question(`PIN (${PIN_DIGITS.least} to ${PIN_DIGITS.most} digits): `));
lines.close();
if (pin.success) process.stdout.write(`pin: ${await hashPin(pin.output)}\n`);
else {
	process.stderr.write(`A PIN is ${PIN_DIGITS.least} to ${PIN_DIGITS.most} digits, and nothing else.\n`);
	process.exitCode = 1;
}
