/** That the load tester measures any server, ours among them, because nothing of a server is in it. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Needed {
	readonly files: ReadonlySet<string>;
	readonly packages: ReadonlySet<string>;
}

/** Everything that is imported, by files that are imported, from `entry` on; types too. */
function neededBy(entry: string): Needed {
	const files = new Set<string>();
	const packages = new Set<string>();
	const open = [resolve(ROOT, entry)];
	for (let path = open.pop(); path !== undefined; path = open.pop()) {
		const name = relative(ROOT, path);
		if (files.has(name)) continue;
		files.add(name);
		for (const target of importsOf(path)) {
			if (target.startsWith('.')) open.push(resolve(dirname(path), target));
			else packages.add(target);
		}
	}
	return { files, packages };
}

/** Whatever stands in an `import` or an `export … from`, or in an `import()`. */
function importsOf(path: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		const names =
			ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
				? node.moduleSpecifier
				: ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
					? node.arguments[0]
					: undefined;
		if (names !== undefined) found.push(ts.isStringLiteral(names) ? names.text : `not a name: ${names.getText()}`);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
	return found;
}

const roomOf = (file: string): string => /^(src\/lib\/[^/]+|[^/]+)\//.exec(file)?.[1] ?? file;

describe('the load tester', () => {
	const { files, packages } = neededBy('loadtest/cli.ts');

	it('is made of itself, the protocols, their client, and what a browser does with them', () => {
		expect([...new Set([...files].map(roomOf))].sort()).toEqual([
			'bench',
			'loadtest',
			'src/lib/audio',
			'src/lib/chat',
			'src/lib/client',
			'src/lib/protocol',
			'src/lib/session',
			'src/lib/turn'
		]);
		expect([...files].filter((file) => /^(bench|src\/lib\/session)\//.test(file)).sort()).toEqual([
			'bench/statistics.ts',
			'src/lib/session/worker/backoff.ts'
		]);
	});

	it('needs no package of a server', () => {
		const foreign = [...packages].filter((name) => !name.startsWith('node:'));
		expect(foreign.sort()).toEqual(['@msgpack/msgpack', 'libopus-wasm', 'valibot', 'ws']);
	});

	it('is looked through whole: a wrong import would be found, however deep', () => {
		const ofRelay = [...neededBy('tests/loadtest/relay.test.ts').files].filter((file) => file.startsWith('relay/'));
		expect(ofRelay.length).toBeGreaterThan(20);
		expect(files.size).toBeGreaterThan(40);
	});
});
