/** What an instance is called wherever an operator reads of it, in the log and in the list of sessions, without its address. */
import type { Instance, ServiceName } from './instance.ts';

/** Addresses come and go for as long as the relay runs: the one named longest ago is forgotten, and would get a new name. */
const MOST_NAMED = 1024;

interface Named {
	met: number;
	readonly numbers: Map<string, number>;
}

const nobody = (): Named => ({ met: 0, numbers: new Map() });
const named: Readonly<Record<ServiceName, Named>> = { stt: nobody(), tts: nobody(), llm: nobody(), voice: nobody() };

/** `tts-2` is the second TTS that this process met. `place` as `placeOf` has it. */
export function instanceName(service: ServiceName, place: string): string {
	const known = named[service];
	const number = known.numbers.get(place) ?? ++known.met;
	known.numbers.delete(place);
	known.numbers.set(place, number);
	if (known.numbers.size > MOST_NAMED) {
		const [oldest] = known.numbers.keys();
		if (oldest !== undefined) known.numbers.delete(oldest);
	}
	return `${service}-${number}`;
}

/** Where it is: `HOST:PORT ADDRESS`, which is what an upstream's connections are told apart by. Not for a log. */
export function placeOf({
	url,
	address
}: {
	readonly url: string;
	readonly address?: Instance['address'] | undefined;
}): string {
	return `${URL.canParse(url) ? new URL(url).host : url} ${address ?? ''}`;
}
