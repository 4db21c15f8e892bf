/** The relay's first message: which engines stand behind this session. */
import { SESSION_VERSION, type Welcome } from '../../src/lib/protocol/session.ts';
import type { SessionDeps } from './deps.ts';

/** What the protocol allows a name. */
const MAX_NAME_CHARS = 200;
const name = (text: string): string => text.slice(0, MAX_NAME_CHARS);

export function welcome(session: string, deps: SessionDeps): Welcome {
	const { stt, llm, tts } = deps;
	return {
		type: 'welcome',
		session,
		version: SESSION_VERSION,
		relay: name(deps.relay ?? 'relay'),
		stt: { name: name(stt.name), embedded: stt.embedded, recognises: stt.recognises, delayS: stt.delayS },
		llm: {
			name: name(llm.name),
			embedded: llm.embedded,
			...(llm.contextTokens === null ? {} : { contextTokens: llm.contextTokens })
		},
		tts: { name: name(tts.name), embedded: tts.embedded },
		...(deps.records === true ? { records: true } : {})
	};
}
