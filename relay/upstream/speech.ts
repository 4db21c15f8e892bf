/** Which of its dialects a speech server is spoken to in, as the operator said (`STT_FORMAT`, `TTS_FORMAT`). */
import type { CodecPool } from '../codec/pool.ts';
import type { SpeechSettings } from '../config/speech.ts';
import { pcmStt } from './pcm/stt.ts';
import { pcmTts } from './pcm/tts.ts';
import { simpleStt } from './simple/stt.ts';
import { simpleTts } from './simple/tts.ts';
import { connectStt, type ConnectStt } from './stt.ts';
import { connectTts, type ConnectTts } from './tts.ts';

export function sttConnector(
	{ format, pauses, delayS }: Pick<SpeechSettings['stt'], 'format' | 'pauses' | 'delayS'>,
	codecs: CodecPool
): ConnectStt {
	if (format === 'simple') return simpleStt({ codecs, delayMs: delayS * 1000 });
	if (format === 'opus' && pauses === 'model') return connectStt;
	return pcmStt({ codecs, pcm: format === 'pcm', energyDelayMs: pauses === 'energy' ? delayS * 1000 : null });
}

export function ttsConnector(format: SpeechSettings['tts']['format'], codecs: CodecPool): ConnectTts {
	if (format === 'simple') return simpleTts(codecs);
	return format === 'opus' ? connectTts : pcmTts(codecs);
}
