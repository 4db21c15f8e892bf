import { defineConfig } from 'vitest/config';

// Unit tests stand beside their file and take seconds; what crosses rooms stands in tests/.
// The app's own Vite configuration is left out on purpose: no unit test needs SvelteKit.
/** Scenarios that hold us to milliseconds, and to crowds. */
const TIMED = ['tests/realtime/transcripts.test.ts', 'tests/loadtest/relay.test.ts'];

export default defineConfig({
	test: {
		// The JSON is what .ci/run counts.
		reporters: ['default', 'json'],
		outputFile: { json: 'test-results/vitest.json' },
		projects: [
			{
				test: {
					name: 'unit',
					sequence: { groupOrder: 0 },
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
					include: ['tests/**/*.test.ts'],
					exclude: ['tests/e2e/**', 'tests/faults/**', ...TIMED],
					testTimeout: 30_000
				}
			},
			{
				test: {
					name: 'faults',
					// After the quick ones: processes are started and killed here, and connections filled to the brim.
					sequence: { groupOrder: 1 },
					include: ['tests/faults/**/*.test.ts'],
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
					testTimeout: 30_000
				}
			},
			{
				test: {
					name: 'e2e',
					// Alone as well.
					sequence: { groupOrder: 3 },
					// Once more where the machine stood still for a moment; what is broken fails twice.
					retry: 1,
					include: ['tests/e2e/**/*.test.ts'],
					// One Chromium at a time: two on two cores would measure each other.
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 120_000,
					globalSetup: ['tests/e2e/global-setup.ts']
				}
			}
		]
	}
});
