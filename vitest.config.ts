import { defineConfig } from 'vitest/config';

// Unit tests stand beside their file and take seconds; what crosses rooms stands in tests/.
// The app's own Vite configuration is left out on purpose: no unit test needs SvelteKit.
/**
 * Scenarios that hold us to milliseconds, and to crowds. Two of them run on uWebSockets.js as well: the registry's build of
 * it, of May 2023, now and then drops a connection that comes right after one that was reset.
 */
const TIMED = ['realtime/transcripts', 'realtime/transports', 'loadtest/relay', 'faults/whole-relay'].map(
	(name) => `tests/${name}.test.ts`
);

/** Talks in Chromium that are held to milliseconds. */
const TALKS = ['conversation', 'turns', 'relay-gone', 'budgets', 'sound'].map((name) => `tests/e2e/${name}.test.ts`);
/** Most of these wait most of the time, so there may be more of them at once than a small machine has cores. */
const TOGETHER = 4;

export default defineConfig({
	test: {
		// The JSON is what .ci/run counts.
		reporters: ['default', 'json'],
		outputFile: { json: 'test-results/vitest.json' },
		projects: [
			{
				test: {
					name: 'unit',
					sequence: { groupOrder: 1 },
					maxWorkers: TOGETHER,
					include: [
						'src/**/*.test.ts',
						'worklets/**/*.test.ts',
						'relay/**/*.test.ts',
						'loadtest/**/*.test.ts',
						'bench/**/*.test.ts'
					],
					// Seconds at most; the limit is for a machine that does something else at the same time.
					testTimeout: 30_000
				}
			},
			{
				test: {
					name: 'scenarios',
					sequence: { groupOrder: 1 },
					maxWorkers: TOGETHER,
					include: ['tests/**/*.test.ts'],
					exclude: ['tests/e2e/**', 'tests/faults/**', ...TIMED],
					testTimeout: 30_000
				}
			},
			{
				test: {
					name: 'faults',
					sequence: { groupOrder: 1 },
					maxWorkers: TOGETHER,
					include: ['tests/faults/**/*.test.ts'],
					exclude: TIMED,
					testTimeout: 60_000,
					hookTimeout: 60_000
				}
			},
			{
				test: {
					name: 'timed',
					// Alone: they measure time, and whatever else runs would be measured with it.
					sequence: { groupOrder: 2 },
					// Once more where the machine stood still for a moment; what is slow is slow twice.
					retry: 1,
					include: TIMED,
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 60_000
				}
			},
			{
				test: {
					name: 'pages',
					// In Chromium as well, where nothing is held to milliseconds.
					sequence: { groupOrder: 3 },
					retry: 1,
					include: ['tests/e2e/**/*.test.ts'],
					exclude: TALKS,
					maxWorkers: 2,
					testTimeout: 60_000,
					hookTimeout: 120_000,
					globalSetup: ['tests/e2e/global-setup.ts']
				}
			},
			{
				test: {
					name: 'e2e',
					// Alone as well, and one Chromium at a time: two on two cores would measure each other.
					sequence: { groupOrder: 4 },
					// Once more where the machine stood still for a moment; what is broken fails twice.
					retry: 1,
					include: TALKS,
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 120_000,
					globalSetup: ['tests/e2e/global-setup.ts']
				}
			}
		]
	}
});
