/**
 * Every number that the simulated world is made of, with where it comes from. "Measured" and "reported" are somebody's
 * findings; "chosen" is ours, set so that the baseline behaves as its users describe it. The bench compares policies in
 * this world; it does not promise the same percentages in a living room.
 */

/** One step of the STT's model, in milliseconds: 1920 samples at 24 kHz. */
export const STEP_MS = 80;
/** How finely the loudspeaker and the person are simulated, in milliseconds. */
export const TICK_MS = 10;

export const STT = {
	/** stt-1b-en_fr: six steps of its text stream, and the rest of half a second. */
	delayMs: 500,
	/** Its makers flush half a second in an eighth of one: a model pass takes 20 ms. */
	passMs: 20,
	/** Chosen: a word is written now and then a step sooner or later… */
	jitterMs: 40,
	jitterLimitMs: 80,
	/** …and sometimes late, where the model hesitates. */
	lateShare: 0.04,
	lateMs: [80, 480],
	/** Chosen: how far off a word's stop time is, before it is rounded to a step. */
	stopTimeMs: 50,
	/** Hesitation sounds are often left out of a transcript. */
	fillerWritten: 0.65,
	/** "mm-hm" and the like, which are hardly words. */
	hummedWritten: 0.7,
	/** Reported: a full stop is written into a silence of 300 to 400 ms, whatever the sentence is. By shape of what was said. */
	stopAfterMs: 350,
	stopWritten: { complete: 0, open: 0.3, unfinished: 0.08, listed: 0.25 },
	/** Chosen: a full stop that the sentence had is not written. */
	stopForgotten: 0.05
} as const;

/** The pause head: how the prediction of a pause of 2 s moves. Its training is not public; the curves are chosen. */
export const PAUSE_HEAD = {
	/** Documented: the first steps of a stream are noise. */
	noiseSteps: 12,
	/** Speech was heard: the prediction falls within one to three steps. */
	fallSteps: [1, 3],
	whileSpeaking: 0.04,
	/** While speaking it twitches: this share of steps, up to that value. */
	twitchShare: 0.004,
	twitchTo: 0.5,
	/**
	 * After speech, the silence (ms of the stream) in which half of the way up is done, by the shape of what was said:
	 * median and spread of a lognormal. A semantic head waits for "and…" and hurries after a finished question.
	 */
	riseMs: {
		complete: { median: 300, spread: 0.35 },
		open: { median: 750, spread: 0.45 },
		unfinished: { median: 1500, spread: 0.45 },
		listed: { median: 420, spread: 0.6 }
	},
	/** Intonation tells it a little: sooner at the true end of a turn, later within one. */
	atTurnEnd: 0.75,
	withinTurn: 1.35,
	riseWidthMs: 70,
	ceiling: 0.94,
	/** Deviation of the noise on the prediction's logit. */
	noise: 0.45,
	/** Reported: digits and spelled letters make it spike while the person speaks; number words less so. */
	spike: { digit: 0.3, letter: 0.25, numberWord: 0.1, other: 0.002 },
	spikeSteps: [1, 3],
	spikeTo: [0.62, 0.97],
	/** How fast a sound that is not the person's voice pulls the prediction down: share of the way per step. */
	pullPerStep: 0.6
} as const;

/** Sounds that are not words: their usual length, and how much like a voice they look to the pause head (0 to 1). Chosen. */
export const SOUNDS = {
	cough: { seconds: 0.4, strength: [0.35, 0.85] },
	laugh: { seconds: 1.1, strength: [0.5, 0.95] },
	sneeze: { seconds: 0.5, strength: [0.3, 0.8] },
	sigh: { seconds: 0.6, strength: [0.1, 0.4] },
	knock: { seconds: 0.3, strength: [0.05, 0.3] },
	keyboard: { seconds: 1.5, strength: [0.05, 0.25] },
	music: { seconds: 10, strength: [0.15, 0.55] },
	street: { seconds: 10, strength: [0.05, 0.35] },
	/** Other people, a television: voices, and sometimes one of their words. */
	babble: { seconds: 5, strength: [0.3, 0.75] }
} as const;
/** Words that a recogniser writes of music and of other people's voices, per second. Chosen. */
export const STRAY_WORDS_PER_S = { music: 0.02, babble: 0.12 } as const;

export const ROOM = {
	/** Loudspeaker to microphone, through both devices' buffers. Chosen. */
	echoDelayMs: 60,
	/** An echo canceller converges within seconds of sound: half of the echo is gone after this much of it. Chosen. */
	learningHalfMs: 1200,
	/** What it never takes away, as a share of the level. */
	residual: 0.2,
	/** Below this level the STT hears no voice in the echo; at the upper one it hears every word. */
	hearsFrom: 0.15,
	hearsAll: 0.7,
	/** Share of echo words that come out misspelt, since they are faint. */
	misheard: 0.1
} as const;

export const NETWORK = {
	/** One way, milliseconds: a home connection to a server on the same continent. Chosen. */
	delayMs: 20,
	jitterMs: 5
} as const;

export const ANSWER = {
	/** To the LLM's first token: median and spread. A local 12B model on a good card. */
	firstTokenMs: { median: 150, spread: 0.3 },
	/** From a token to the first sound of the TTS. */
	firstAudioMs: { median: 250, spread: 0.15 },
	/** Sound made per second. */
	speed: 3.5,
	/** The playback worklet begins with two frames. */
	beginMs: 160
} as const;

export const PERSON = {
	/** Milliseconds of a word: so much, and so much per letter; English and French at an unhurried pace. */
	wordMs: 110,
	letterMs: 45,
	longestWordMs: 800,
	/** Between words of a phrase, after a comma, after a sentence. */
	gapMs: [0, 40],
	commaMs: [80, 220],
	sentenceMs: [220, 480],
	/** Measured in many languages: people answer after some 200 ms; a machine is given a little longer. Seconds. */
	answersAfterS: 0.6,
	/** An answer that breaks off is waited for so long before the person goes on. */
	waitsBrokenMs: 1500,
	/** Nothing comes at all: the person gives up, and the turn counts as unanswered. */
	givesUpMs: 12_000,
	/** A voice that talks on when it is the person's turn is talked over after this. */
	patienceMs: 15_000
} as const;
