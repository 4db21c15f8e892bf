/** What a cloned voice is called: `custom:UUID`. Who knows the name may use the voice, so nobody can guess one. */
import { randomUUID } from 'node:crypto';

const NAME = /^custom:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function newCustomName(): string {
	return `custom:${randomUUID()}`;
}

/** Whether `name` asks for a cloned voice, ours or a malformed one: no speech server knows it. */
export function isCustomName(name: string): boolean {
	return name.startsWith('custom:');
}

export function isWellFormedName(name: string): boolean {
	return NAME.test(name);
}
