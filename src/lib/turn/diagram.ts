/** The transition table as a Mermaid state diagram: only what moves from one state to another, one line per pair. */
import { STATES, type StateName } from './state.ts';
import { TABLE } from './table.ts';

/** `pauseIsLong` → `pause is long`. */
function inWords(camelCase: string): string {
	return camelCase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A `stateDiagram-v2`, the same text for the same table. */
export function diagram(): string {
	const lines = ['stateDiagram-v2', '    [*] --> off'];
	for (const [name, meaning] of Object.entries(STATES))
		lines.push(`    ${name}: ${name} - ${meaning.replaceAll(';', ',')}`);
	for (const [from, row] of Object.entries(TABLE)) {
		const labels = new Map<StateName, string[]>();
		for (const [event, rules] of Object.entries(row)) {
			for (const rule of rules) {
				if (rule.to === undefined) continue;
				const conditions = (rule.when ?? []).map(inWords).join(', ');
				const label = conditions === '' ? event : `${event} [${conditions}]`;
				labels.set(rule.to, [...(labels.get(rule.to) ?? []), label]);
			}
		}
		for (const [to, texts] of labels) lines.push(`    ${from} --> ${to}: ${texts.join(' / ')}`);
	}
	lines.push('    over --> [*]');
	return lines.join('\n');
}
