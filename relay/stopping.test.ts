import { describe, expect, it } from 'vitest';
import { ECHO_MS, stopOnSignal, type Host } from './stopping.ts';

/** A process that gets signals at any time the test likes, and only writes down that it exits. */
class FakeHost implements Host {
	nowMs = 0;
	readonly exits: number[] = [];
	readonly #heard = new Map<string, (signal: string) => void>();

	on(signal: string, heard: (signal: string) => void): void {
		this.#heard.set(signal, heard);
	}
	exit(code: number): void {
		this.exits.push(code);
	}
	now(): number {
		return this.nowMs;
	}
	signal(name: string): void {
		this.#heard.get(name)!(name);
	}
}

function begin() {
	const host = new FakeHost();
	const stops: string[] = [];
	const { promise, resolve } = Promise.withResolvers<undefined>();
	stopOnSignal((signal) => {
		stops.push(signal);
		return promise;
	}, host);
	return { host, stops, stopped: () => resolve(undefined) };
}

describe('stopping', () => {
	it.each(['SIGTERM', 'SIGINT'])('is done in order at %s, and then the process ends well', async (signal) => {
		const { host, stops, stopped } = begin();
		host.signal(signal);
		await Promise.resolve();
		expect([stops, host.exits]).toEqual([[signal], []]);
		stopped();
		await new Promise(setImmediate);
		expect(host.exits).toEqual([0]);
	});

	it("takes one Ctrl-C for one, though the terminal's and npm's both arrive", () => {
		const { host, stops } = begin();
		host.signal('SIGINT');
		host.nowMs = ECHO_MS - 1;
		host.signal('SIGINT');
		host.signal('SIGTERM');
		expect([stops, host.exits]).toEqual([['SIGINT'], []]);
	});

	it('does not wait for who asks again', () => {
		const { host, stops } = begin();
		host.signal('SIGINT');
		host.nowMs = ECHO_MS;
		host.signal('SIGINT');
		expect([stops, host.exits]).toEqual([['SIGINT'], [1]]);
	});
});
