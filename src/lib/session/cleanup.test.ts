import { describe, expect, it } from 'vitest';
import { Cleanup } from './cleanup.ts';

describe('Cleanup', () => {
	it('undoes the newest first, and everything once', () => {
		const undone: string[] = [];
		const cleanup = new Cleanup();
		for (const name of ['context', 'microphone', 'nodes']) cleanup.add(() => undone.push(name));
		cleanup.run();
		cleanup.run();
		expect(undone).toEqual(['nodes', 'microphone', 'context']);
	});

	it('undoes at once what is added too late', () => {
		const undone: string[] = [];
		const cleanup = new Cleanup();
		cleanup.run();
		cleanup.add(() => undone.push('a microphone granted after Stop'));
		expect(undone).toHaveLength(1);
	});

	it('goes on with the rest when one undo fails', () => {
		const undone: string[] = [];
		const cleanup = new Cleanup();
		cleanup.add(() => undone.push('microphone'));
		cleanup.add(() => {
			throw new Error('already gone');
		});
		expect(() => {
			cleanup.run();
		}).toThrow('already gone');
		expect(undone).toEqual(['microphone']);
	});
});
