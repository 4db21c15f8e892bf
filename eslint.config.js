import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Clocks and dice: the pure rooms get time as an argument and chance as a seed. */
const clocksAndDice = [
	{ object: 'Date', property: 'now', message: 'Time is an argument here: step(state, event, nowMs).' },
	{ object: 'performance', property: 'now', message: 'Time is an argument here: step(state, event, nowMs).' },
	{ object: 'Math', property: 'random', message: 'Chance is an argument here: pass a seed or a function.' }
];
const timers = ['setTimeout', 'setInterval', 'queueMicrotask', 'requestAnimationFrame'].map((name) => ({
	name,
	message: 'Waiting is data here: return wakeAtMs, the host owns the timers.'
}));

/** Which rooms a room may import from (design: "may import"). Anything that climbs out to another room is an error. */
function only(files, patterns, message) {
	return {
		files,
		ignores: ['**/*.test.ts', '**/testing/**'],
		rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message }] }] }
	};
}

export default ts.config(
	{ ignores: ['build/', '.svelte-kit/', 'node_modules/', 'test-results/', 'static/'] },
	js.configs.recommended,
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			'no-undef': 'off', // TypeScript knows better, one world at a time.
			'no-console': 'error',
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: { 'svelte/no-navigation-without-resolve': 'off' }
	},
	{
		files: ['src/lib/turn/**/*.ts', 'src/lib/chat/**/*.ts', 'src/lib/protocol/**/*.ts'],
		ignores: ['**/*.test.ts'],
		rules: {
			'no-restricted-properties': ['error', ...clocksAndDice],
			'no-restricted-globals': ['error', ...timers, 'performance', 'window', 'self', 'process']
		}
	},
	only(['src/lib/turn/**/*.ts'], '^(?!\\./)', 'The turn core imports nothing but its own files.'),
	only(['src/lib/chat/**/*.ts'], '^\\.\\./(?!turn/)|^[^.]', 'The chat room imports only types of the turn core.'),
	only(
		['src/lib/chat/characters/**/*.ts'],
		'^\\.\\./\\.\\./(?!turn/)|^(?!\\.|valibot$)',
		'Characters are part of the chat room; what comes from outside is checked with valibot, and nothing else is imported.'
	),
	only(['src/lib/audio/**/*.ts'], '^\\.\\./|^\\$', 'The audio room imports no other room.'),
	only(['src/lib/protocol/**/*.ts'], '^\\.\\./|^\\$', 'The protocol room imports no other room.'),
	only(
		['worklets/**/*.ts'],
		'^\\.\\./(?!src/lib/audio/)|^[^.]',
		'A worklet imports only src/lib/audio: everything else allocates or blocks.'
	),
	only(
		['relay/**/*.ts'],
		'\\$lib|\\.svelte|src/lib/(?!turn/|chat/|audio/|protocol/)',
		'The relay shares only turn, chat, audio and protocol with the browser.'
	),
	only(
		['src/lib/client/**/*.ts'],
		'^\\.\\./(?!protocol/)|^[^.]',
		'The client library is for any program: it knows the protocols and nothing else of ours.'
	),
	only(
		['loadtest/**/*.ts'],
		'/(relay|routes|ui)/|\\$lib|\\.svelte',
		'The load tester uses nothing of the relay and of the page, so that it measures any server.'
	),
	{
		files: ['tests/**/*.ts', 'bench/**/*.ts', '**/*.test.ts'],
		rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' }
	}
);
