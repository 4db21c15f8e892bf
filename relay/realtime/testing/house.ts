/** A relay's door for realtime clients, without a network: its upstreams are nowhere unless the test says where. */
import { FakeClock } from '../../session/testing/fake-clock.ts';
import { testDeps, type TestTargets } from '../../session/testing/test-deps.ts';
import { createRealtime, type Realtime } from '../index.ts';
import { TestClient, type Coming } from './test-client.ts';

export interface House {
	readonly realtime: Realtime;
	readonly clock: FakeClock;
	/** What was logged, as it would be written. */
	readonly lines: string[];
	join(coming?: Coming): TestClient;
}

const clients: TestClient[] = [];

/** Call it after each test: nobody stays. */
export function emptyHouses(): void {
	for (const client of clients.splice(0)) client.vanish();
}

export function house(targets: TestTargets = {}): House {
	const clock = new FakeClock();
	const { deps, lines } = testDeps({ clock, ...targets });
	const news = { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' as const }) };
	const realtime = createRealtime({ ...deps, policy: 'unmute', news });
	const join = (coming?: Coming): TestClient => {
		const client = new TestClient(realtime, coming);
		clients.push(client);
		return client;
	};
	return { realtime, clock, lines, join };
}
