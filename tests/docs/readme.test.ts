import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../relay/config/names.ts';
import { readConfig } from '../../relay/config.ts';
import { metricsTable } from '../../relay/metrics/table.ts';
import { withGenerated, withMetrics } from '../../docs/update.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENTS = [
	'README.md',
	'CONTRIBUTING.md',
	'deploy/README.md',
	'docs/operations.md',
	'docs/protocols.md',
	'src/lib/audio/README.md',
	'worklets/README.md',
	'relay/embedded/README.md'
];

describe('the README', () => {
	it('shows the settings and the transition table as they are: `npm run docs` has nothing to change', () => {
		expect(withGenerated(read('README.md'))).toBe(read('README.md'));
	});

	it('names only commands that package.json has', () => {
		const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
		const named = [...read('README.md').matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
		expect(named.length).toBeGreaterThan(0);
		for (const name of named) expect(Object.keys(scripts)).toContain(name);
	});
});

describe("the operator's page", () => {
	it('shows the metrics as they are: `npm run docs` has nothing to change', () => {
		expect(withMetrics(read('docs/operations.md'))).toBe(read('docs/operations.md'));
	});

	it('speaks of no metric that there is not', () => {
		const table = metricsTable();
		const named = [...read('docs/operations.md').matchAll(/\b((?:worker|parley)_[a-z_]+)\b/g)];
		expect(named.length).toBeGreaterThan(50);
		const bare = (name: string): string => name.replace(/_(bucket|count|sum)$/, '');
		for (const [, name = ''] of named) expect(table, name).toContain(`\`${bare(name)}\``);
	});
});

describe('the example of an environment file', () => {
	it('names every setting, and no other', () => {
		const named = [...read('deploy/relay.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
		expect(named.toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
	});

	it('is a configuration that the relay accepts, with every line taken up that does not exclude another', () => {
		const lines = [...read('deploy/relay.env.example').matchAll(/^#?([A-Z_]+)=(.*)$/gm)];
		// Each is another way to say what a line above it says.
		const alternatives = ['ACCESS', 'JWT_JWKS_FILE'];
		const taken = lines.filter(([, name]) => !alternatives.includes(name ?? ''));
		const env = Object.fromEntries(taken.map(([, name, value]) => [name, value]));
		expect(readConfig(env)).toMatchObject({ ok: true, warnings: [] });
	});
});

describe.each(DOCUMENTS)('%s', (document) => {
	it('links only to what is there', () => {
		const targets = [...read(document).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
		for (const target of targets.filter((target) => !/^https?:/.test(target))) {
			expect(existsSync(join(ROOT, dirname(document), target)), target).toBe(true);
		}
	});

	it('names only files that are there', () => {
		const named = [...read(document).matchAll(/`((?:src|relay|worklets|tests|docs|bench)\/[\w./-]+\.\w+)`/g)];
		for (const [, path] of named) expect(existsSync(join(ROOT, path ?? '')), path).toBe(true);
	});
});
