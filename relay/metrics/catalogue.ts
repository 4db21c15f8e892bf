/**
 * Every metric of the relay, by name: the registry is made from this table, and so is the one in docs/operations.md.
 * What begins with `worker_` has Unmute's name, meaning and buckets, so that its dashboards work here; what begins with
 * `parley_` is ours. Durations are seconds. A label's values come from closed unions only.
 */
import { FAULTS, PROBLEM_CODES } from '../../src/lib/protocol/problems.ts';
import { SERVICES } from '../session/watcher.ts';
import { BUCKETS } from './buckets.ts';
import { CACHE_FAILURES, LEG_CODES, OUTCOMES, PHASES, STAGES } from './labels.ts';

interface Row {
	readonly help: string;
	/** Each label with all the values it can take. */
	readonly labels?: Readonly<Record<string, readonly string[]>>;
	/** The one label whose values are names that come and go; whoever keeps the names bounds them. */
	readonly named?: string;
}
type Rows<R extends Row = Row> = Readonly<Record<string, R>>;

export const COUNTERS = {
	worker_sessions_total: { help: 'Sessions opened.' },
	worker_force_disconnects_total: { help: 'Sessions that the relay ended with a problem.' },
	worker_hard_errors_total: { help: 'Sessions that ended with an internal error of the relay.' },
	worker_service_misses_total: { help: 'Times that no STT or TTS was to be had, after every try.' },
	worker_hard_service_misses_total: {
		help: 'Tries at an STT or TTS that failed for another reason than no free slot.'
	},
	worker_stt_sessions_total: { help: 'STT streams that had a slot.' },
	worker_stt_misses_total: { help: 'Times that no STT was to be had, after every try.' },
	worker_stt_hard_misses_total: { help: 'Tries at an STT that failed for another reason than no free slot.' },
	worker_stt_sent_frames_total: { help: 'Pages of 80 ms that came for an STT that had a slot.' },
	worker_stt_recv_frames_total: { help: 'Steps of 80 ms that the STT has processed.' },
	worker_stt_recv_words_total: { help: 'Words that the STT heard.' },
	worker_tts_sessions_total: { help: 'TTS connections that had a slot.' },
	worker_tts_misses_total: { help: 'Times that no TTS was to be had, after every try.' },
	worker_hard_tts_misses_total: { help: 'Tries at a TTS that failed for another reason than no free slot.' },
	worker_tts_interrupt_total: { help: 'Replies cancelled after their first sound.' },
	worker_tts_sent_frames_total: { help: 'Pieces of text given to the TTS.' },
	worker_tts_recv_frames_total: { help: 'Messages of sound from the TTS.' },
	worker_tts_recv_words_total: { help: 'Words that the TTS spoke.' },
	worker_vllm_sessions_total: { help: 'Questions to the LLM.' },
	worker_vllm_interrupt_total: { help: 'Answers of the LLM that were meant, and cancelled before they were written.' },
	worker_vllm_hard_errors_total: { help: 'Answers of the LLM that failed.' },
	worker_vllm_sent_words_total: { help: 'Words of the histories that the LLM was given.' },
	worker_vllm_recv_words_total: { help: 'Words that the LLM wrote.' },
	parley_leg_failures_total: {
		help: 'Upstream connections that failed, noticed or not, while connecting or once open.',
		labels: { leg: SERVICES, stage: STAGES, code: LEG_CODES }
	},
	parley_leg_retries_total: { help: 'Tries at an upstream after a failed one.', labels: { leg: SERVICES } },
	parley_failovers_total: {
		help: 'Lost upstream connections whose work another one took over.',
		labels: { leg: SERVICES }
	},
	parley_hedges_total: {
		help: 'Times that another instance was asked beside one that said nothing.',
		labels: { leg: ['llm'] }
	},
	parley_replays_total: { help: 'Times that an STT was given what a lost one, or a lost relay, had been given.' },
	parley_replayed_pages_total: {
		help: 'Pages of 80 ms that it was given then: those that came faster than anybody speaks.'
	},
	parley_problems_total: { help: 'Problems told to browsers.', labels: { fault: FAULTS, code: PROBLEM_CODES } },
	parley_refused_total: { help: 'Browsers turned away before a session began.', labels: { code: PROBLEM_CODES } },
	parley_relay_closes_total: {
		help: 'Sessions that the relay ended, by reason; too_slow is back-pressure.',
		labels: { code: PROBLEM_CODES }
	},
	parley_reconnects_total: { help: 'Sessions that went on with a conversation begun on an earlier connection.' },
	parley_replies_total: { help: 'Replies that ended; a dropped one was never meant.', labels: { outcome: OUTCOMES } },
	parley_cache_errors_total: { help: 'Calls of the cache that failed.', labels: { code: CACHE_FAILURES } },
	parley_recording_errors_total: { help: 'Recordings that could not be begun or went no further.' }
} as const satisfies Rows;

export const GAUGES = {
	worker_active_sessions: { help: 'Sessions open now.' },
	worker_stt_active_sessions: { help: 'STT slots held now.' },
	worker_tts_active_sessions: { help: 'TTS slots held now.' },
	worker_vllm_active_sessions: { help: 'Answers that the LLM is writing now.' },
	parley_buffered_bytes: { help: "Bytes waiting in all browsers' sockets." },
	parley_recordings: { help: 'Sessions being recorded now.' },
	parley_kiosk_last_seen_seconds: {
		help: 'Seconds since a kiosk was last heard of, which says so every 30 s; 100 kiosks at most.',
		named: 'kiosk'
	}
} as const satisfies Rows;

interface Distribution extends Row {
	readonly buckets: readonly number[];
}

export const HISTOGRAMS = {
	worker_session_duration: { help: 'How long sessions lasted.', buckets: BUCKETS.session },
	worker_stt_ping_time: {
		help: 'From the connection to an STT to its slot, or to its refusal.',
		buckets: BUCKETS.ping
	},
	worker_stt_find_time: { help: 'From the first try at an STT to a slot.', buckets: BUCKETS.ping },
	worker_stt_session_duration: { help: "From an STT stream's first page to its end.", buckets: BUCKETS.session },
	worker_stt_audio_duration: { help: 'Sound given to one STT stream.', buckets: BUCKETS.session },
	worker_stt_num_words: { help: 'Words heard in one STT stream.', buckets: BUCKETS.sttWords },
	worker_stt_ttft: { help: "From an STT stream's first page to its first step.", buckets: BUCKETS.sttFirst },
	worker_tts_ping_time: { help: 'From the connection to a TTS to its slot, or to its refusal.', buckets: BUCKETS.ping },
	worker_tts_find_time: { help: 'From the first try at a TTS to a slot.', buckets: BUCKETS.ping },
	worker_tts_ttft: { help: 'From the first text given to the TTS to the first sound.', buckets: BUCKETS.ttsFirst },
	worker_tts_audio_duration: { help: 'Sound of one reply.', buckets: BUCKETS.turn },
	worker_tts_gen_duration: {
		help: "From a reply's first text given to the TTS to its end.",
		buckets: BUCKETS.generation
	},
	worker_vllm_ttft: { help: 'From the question to the first token.', buckets: BUCKETS.llmFirst },
	worker_vllm_request_length: { help: 'Words of the history in one question.', buckets: BUCKETS.requestWords },
	worker_vllm_reply_length: { help: 'Words of one answer.', buckets: BUCKETS.replyWords },
	worker_vllm_gen_duration: { help: "From the question to the answer's end.", buckets: BUCKETS.generation },
	parley_turn_phase_seconds: {
		help: "Measured by browsers: from the end of a person's speech to each step of the answer.",
		buckets: BUCKETS.latency,
		labels: { phase: PHASES }
	},
	parley_heard_latency_seconds: {
		help: "Measured by browsers: from the decision that a turn is over to the answer's first sample.",
		buckets: BUCKETS.latency
	},
	parley_playout_gaps: { help: 'Measured by browsers: holes in the sound of one reply.', buckets: BUCKETS.gaps },
	parley_playout_buffered_seconds: {
		help: "Measured by browsers: sound that waited to be played at a reply's first sample.",
		buckets: BUCKETS.latency
	},
	parley_event_loop_delay_seconds: {
		help: 'How much later than due a timer ran, asked ten times a second.',
		buckets: BUCKETS.loopDelay
	}
} as const satisfies Rows<Distribution>;

export const SUMMARIES = {
	worker_health_ok: { help: 'Answers of /v1/health: how many, and how many of them were ok.' }
} as const satisfies Rows;
