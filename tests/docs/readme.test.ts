import { existsSync, readFileSync, readdirSync } from 'node:fs';
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
	'relay/embedded/README.md',
	'src/lib/client/README.md',
	'loadtest/README.md'
];

/** As the places that show Markdown name a heading. */
const slug = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\w -]/g, '')
		.replaceAll(' ', '-');

describe('the README', () => {
	it('has every room of the relay on its map, and no other', () => {
		const text = read('README.md');
		const map = text.slice(text.indexOf('## The map of the house'), text.indexOf('## One turn, through the code'));
		const rows = map.slice(map.indexOf('| `relay` |'), map.indexOf('| `loadtest` |'));
		const named = [...rows.matchAll(/`(\w+)\/`/g)].map(([, room]) => room);
		const entries = readdirSync(join(ROOT, 'relay'), { withFileTypes: true });
		const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
		expect(named.toSorted()).toEqual(rooms.toSorted());
	});

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

	it('links only to headings that are there', () => {
		for (const [, target = '', anchor = ''] of read(document).matchAll(/\]\(([^)#]*)#([^)]+)\)/g)) {
			if (/^https?:/.test(target)) continue;
			const linked = target === '' ? document : join(dirname(document), target);
			const headings = [...read(linked).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
			expect(headings, `${target}#${anchor}`).toContain(anchor);
		}
	});

	it('names only files that are there', () => {
		const named = [...read(document).matchAll(/`((?:src|relay|worklets|tests|docs|bench)\/[\w./-]+\.\w+)`/g)];
		for (const [, path] of named) expect(existsSync(join(ROOT, path ?? '')), path).toBe(true);
	});
});
