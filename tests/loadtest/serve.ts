/**
 * The relay and its engines in one process, with a voice that hums, for a load test of more talkers than espeak-ng can
 * speak to: `node tests/loadtest/serve.ts`. Prints its address, and ends on Ctrl-C.
 */
import { serveRelay } from './support/relay.ts';

const SLOTS = 2000;

const { url, close } = await serveRelay({
	slots: SLOTS,
	reply: 'Let me think about that for a moment. And what do you think?'
});
console.log(url);
process.once('SIGINT', () => void close().then(() => process.exit(0)));
