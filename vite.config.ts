import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the relay: the dev server forwards `/v1` to it. */
const relayOrigin = process.env.PARLEY_RELAY ?? 'http://localhost:8080';

export default defineConfig({
	plugins: [sveltekit()],
	worker: {
		format: 'es',
		// One file per worker: a split chunk would be missing from the offline list and cost a second request.
		rolldownOptions: { output: { codeSplitting: false } }
	},
	server: { proxy: { '/v1': { target: relayOrigin, ws: true } } }
});
