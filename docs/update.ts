/** `npm run docs`: writes what is generated into the documents. */
import { readFileSync, writeFileSync } from 'node:fs';
import { diagram } from '../src/lib/turn/diagram.ts';

const README = new URL('../README.md', import.meta.url);

/** The README with the diagram of the transition table as it is now. */
export function withDiagram(readme: string): string {
	const block = `<!-- turn diagram -->\n\n\`\`\`mermaid\n${diagram()}\n\`\`\`\n\n<!-- /turn diagram -->`;
	return readme.replace(/<!-- turn diagram -->[\s\S]*<!-- \/turn diagram -->/, () => block);
}

if (import.meta.main) writeFileSync(README, withDiagram(readFileSync(README, 'utf8')));
