/**
 * Records a server, whichever it is, for `unmute/`:
 *
 *     node tests/realtime/transcripts/record.ts PORT URL SERVER FOLDER [SCENE …]
 *
 * PORT and the two after it get the engines (STT, TTS, LLM); the server at URL has to use these, and is waited for. SERVER is
 * what the transcripts say that it is.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngines } from './engines.ts';
import { makeSpeech, play } from './player.ts';
import { SCENES } from './scenes.ts';

const [, , port = '', url = '', server = '', folder = '', ...wanted] = process.argv;
const engines = await startEngines(Number(port));
const health = new URL('/v1/health', url.replace(/^ws/, 'http'));
while (
	!(await fetch(health).then(
		({ ok }) => ok,
		() => false
	))
) {
	await new Promise((resolve) => setTimeout(resolve, 500));
}
const speech = await makeSpeech();
await mkdir(folder, { recursive: true });
for (const [name, { acts }] of Object.entries(SCENES)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	// One after the other: Unmute's backend takes four at most.
	const transcript = await play(name, acts, { url, server, speech, fillTts: (ms) => engines.fillTts(ms) });
	const lines = transcript.events.map((event) => `\t\t${JSON.stringify(event)}`).join(',\n');
	const text = JSON.stringify({ ...transcript, events: [] }, null, '\t').replace(
		'"events": []',
		`"events": [\n${lines}\n\t]`
	);
	await writeFile(join(folder, `${name.replaceAll(' ', '-')}.json`), `${text}\n`);
	console.log(`${name}: ${transcript.events.length} events`);
}
await engines.close();
