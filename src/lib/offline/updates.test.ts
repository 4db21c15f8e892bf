import { describe, expect, it } from 'vitest';
import { Updates, type Registration, type Worker } from './updates.ts';

class FakeWorker implements Worker {
	state = 'installing';
	readonly told: string[] = [];
	readonly #listeners: (() => void)[] = [];
	postMessage(message: string): void {
		this.told.push(message);
	}
	addEventListener(_: 'statechange', listener: () => void): void {
		this.#listeners.push(listener);
	}
	become(state: string): void {
		this.state = state;
		for (const listener of this.#listeners) listener();
	}
}

class FakeRegistration implements Registration {
	waiting: FakeWorker | null = null;
	installing: FakeWorker | null = null;
	looked = 0;
	readonly #listeners: (() => void)[] = [];
	update(): Promise<never> {
		this.looked++;
		return Promise.reject(new TypeError('no network'));
	}
	addEventListener(_: 'updatefound', listener: () => void): void {
		this.#listeners.push(listener);
	}
	find(): FakeWorker {
		const worker = (this.installing = new FakeWorker());
		for (const listener of this.#listeners) listener();
		return worker;
	}
	install(): FakeWorker {
		const worker = this.installing ?? this.find();
		this.waiting = worker;
		this.installing = null;
		worker.become('installed');
		return worker;
	}
}

function page(isControlled: boolean) {
	const events: string[] = [];
	const busy = { now: false };
	const updates = new Updates({
		isControlled,
		isBusy: () => busy.now,
		reload: () => events.push('reload'),
		onReady: () => events.push('ready')
	});
	return { updates, events, busy, registration: new FakeRegistration() };
}

describe('updates', () => {
	it('do not announce the first service worker of all, nor load the page anew for it', () => {
		const { updates, events, registration } = page(false);
		updates.follow(registration);
		registration.install().become('activated');
		updates.changed();
		expect(events).toEqual([]);
		updates.apply();
		expect(events).toEqual([]);
	});

	it('announce the next one, on the same visit too', () => {
		const { updates, events, registration } = page(false);
		updates.follow(registration);
		registration.install();
		updates.changed();
		registration.find();
		expect(events).toEqual([]);
		registration.install();
		expect(events).toEqual(['ready']);
	});

	it('announce one that waits since an earlier visit', () => {
		const { updates, events, registration } = page(true);
		registration.install();
		updates.follow(registration);
		expect(events).toEqual(['ready']);
	});

	it('take it when they are told to, and load the page once it is in charge', () => {
		const { updates, events, registration } = page(true);
		updates.follow(registration);
		const newer = registration.install();
		expect(newer.told).toEqual([]);
		updates.apply();
		updates.apply();
		expect(newer.told).toEqual(['take over']);
		expect(events).toEqual(['ready']);
		updates.changed();
		expect(events).toEqual(['ready', 'reload']);
	});

	it('wait for the end of a talk that began before it was in charge', () => {
		const { updates, events, busy, registration } = page(true);
		updates.follow(registration);
		registration.install();
		updates.apply();
		busy.now = true;
		registration.waiting = null;
		updates.changed();
		expect(events).toEqual(['ready']);
		busy.now = false;
		updates.apply();
		expect(events).toEqual(['ready', 'reload']);
	});

	it('leave a tab alone whose neighbour took it, and load it when it asks', () => {
		const { updates, events, registration } = page(true);
		updates.follow(registration);
		updates.changed();
		expect(events).toEqual(['ready']);
		updates.apply();
		expect(events).toEqual(['ready', 'reload']);
	});

	it('do not mind that nobody answers, nor one that comes to nothing', async () => {
		const { updates, events, registration } = page(true);
		updates.look();
		updates.follow(registration);
		updates.look();
		await Promise.resolve();
		registration.find().become('redundant');
		expect([registration.looked, events]).toEqual([1, []]);
	});
});
