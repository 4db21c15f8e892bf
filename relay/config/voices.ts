/** Voices of one's own, as the environment says it: who clones them, and where they are kept. */
import * as v from 'valibot';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import { redisUrlFault } from '../cache/redis-url.ts';
import { servers, type Servers } from './servers.ts';
import { key } from './values.ts';

const redisUrl = v.pipe(
	v.string(),
	v.maxLength(2000, 'must be at most 2000 characters'),
	v.rawCheck(({ dataset, addIssue }) => {
		const fault = dataset.typed ? redisUrlFault(dataset.value) : null;
		if (fault !== null) addIssue({ message: fault });
	})
);

export const VOICE_VALUES = {
	VOICE_CLONING_URL: v.optional(servers('voice')),
	VOICE_CLONING_API_KEY: v.optional(key, DEFAULT_API_KEY),
	REDIS_URL: v.optional(redisUrl)
};

type Values = v.InferOutput<v.ObjectSchema<typeof VOICE_VALUES, undefined>>;

export interface VoiceSettings {
	/** `servers` null: nobody clones. */
	readonly cloning: { readonly servers: Servers | null; readonly apiKey: string };
	/** Without fault, perhaps with a password in it; null: the cache is this process's own. */
	readonly redisUrl: string | null;
}

export function toVoices(it: Values): VoiceSettings {
	return {
		cloning: { servers: it.VOICE_CLONING_URL ?? null, apiKey: it.VOICE_CLONING_API_KEY },
		redisUrl: it.REDIS_URL ?? null
	};
}
