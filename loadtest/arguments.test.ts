import { describe, expect, it } from 'vitest';
import { readArguments, USAGE } from './arguments.ts';
import { LoadTestError } from './error.ts';

describe('the command line', () => {
	it('needs an address and nothing else', () => {
		expect(readArguments(['--url', 'ws://x:1'])).toMatchObject({
			url: 'ws://x:1',
			protocol: 'realtime',
			talkers: 1,
			messages: 6,
			patience: 15
		});
		expect(readArguments(['--url=wss://x/api', '--talkers=2000', '--protocol=session'])).toMatchObject({
			talkers: 2000
		});
	});

	it('is explained when asked, whatever else is said', () => {
		expect(readArguments(['--nonsense', '--help'])).toBeNull();
	});

	it.each([
		[[], '--url must be an address, such as ws://localhost:8080.'],
		[['--url', 'nonsense'], '--url must be an address, such as ws://localhost:8080.'],
		[['--url', 'file:///etc/passwd'], '--url must be an address, such as ws://localhost:8080.'],
		[['--url', 'ws://x', '--talkers', '0'], '--talkers must be a whole number from 1 to 2000.'],
		[['--url', 'ws://x', '--talkers', '1e9'], '--talkers must be a whole number from 1 to 2000.'],
		[['--url', 'ws://x', '--talkers', '-1'], '--talkers must be a whole number from 1 to 2000.'],
		[['--url', 'ws://x', '--conversations', '20001'], '--conversations must be a whole number from 1 to 20000.'],
		[['--url', 'ws://x', '--protocol', 'http'], '--protocol must be realtime or session.'],
		[['--url', 'ws://x', '--policy', 'toString'], '--policy must be parley or unmute.'],
		[['--url', 'ws://x', '--what'], 'There is no option --what.'],
		[['--url', 'ws://x', '--what', '3'], 'There is no option --what.'],
		[['--url', 'ws://x', '--__proto__', '3'], 'There is no option --__proto__.'],
		[['--url', 'ws://x', '-n', '3'], 'There is no option -n.'],
		[['--url', 'ws://x', '20'], '"20" belongs to no option.'],
		[['--url', 'ws://x', '--talkers'], '--talkers needs a value.'],
		[['--url', '--talkers', '3'], '--url needs a value.']
	])('says in one line what is wrong: %j', (args, why) => {
		let said = '';
		try {
			readArguments(args);
		} catch (error) {
			if (error instanceof LoadTestError) said = error.message;
		}
		expect(said).toBe(`${why} All options: npm run loadtest -- --help`);
		expect(said).not.toContain('\n');
	});

	it('has every option in its explanation', () => {
		for (const name of ['url', 'talkers', 'conversations', 'audio', 'json', 'patience', 'longest', 'limit', 'seed'])
			expect(USAGE).toContain(`--${name} `);
	});
});
