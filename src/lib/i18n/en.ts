/** Parley's words in English: short, plain, warm. */
import type { Fault } from '../protocol/problems.ts';
import type { Messages } from './messages.ts';

const leg = (fault: Fault): string =>
	({
		stt: 'The listening service',
		llm: 'The language model',
		tts: 'The voice service',
		relay: 'The relay',
		client: 'This browser'
	})[fault];

export const en: Messages = {
	description: 'Talk, out loud, with any language model.',
	invitation: (name) => `Say something. ${name} answers out loud.`,
	privacy: 'The microphone is on only between Start and Stop.',
	checkMicrophone: 'Check it first',
	start: 'Start talking',
	stop: 'Stop',
	tryAgain: 'Try again',
	mute: 'Mute the microphone',
	muted: 'The microphone is muted',
	conversation: 'Conversation',
	showConversation: 'Show the conversation',
	hideConversation: 'Hide the conversation',
	noConversation: 'What you both say will stand here.',
	languages: 'Language',
	you: 'You',
	parley: 'Parley',
	unrecognised: 'You spoke. No recogniser wrote it down.',
	offline: 'No network just now: your history and settings are here, talking has to wait.',
	relayBack: 'The server is back. Start whenever you like.',
	captions: { shown: 'Captions', on: 'Captions are on', off: 'Captions are off; S brings them back' },
	openSecurely: 'Open over https',
	openLocally: 'Open on localhost',
	phases: {
		idle: 'Ready when you are',
		asking: 'Your browser asks for the microphone. Choose Allow',
		connecting: 'Connecting',
		listening: 'Listening',
		hearing: 'I hear you',
		thinking: 'Thinking',
		speaking: 'Speaking. Interrupt me any time',
		reconnecting: 'The connection was lost. Getting it back; nothing you said is gone',
		deaf: 'I cannot hear you on this server just now. Write to me, and I answer; I keep trying',
		ended: 'We said goodbye. Come back any time'
	},
	failures: {
		microphone_refused: {
			happened: 'The microphone is blocked.',
			parley: 'Parley waits and listens to nothing.',
			you: 'Allow the microphone beside the address bar, then try again.'
		},
		microphone_missing: {
			happened: 'No microphone was found.',
			parley: 'Parley will use the first one that appears.',
			you: 'Plug one in or switch your headset on, then try again.'
		},
		microphone_busy: {
			happened: 'Another program holds the microphone.',
			parley: 'Parley has let go of it.',
			you: 'Close the other call or recorder, then try again.'
		},
		insecure_origin: {
			happened: 'Browsers give the microphone only to secure pages.',
			parley: 'Parley cannot change that from here.',
			you: 'Open this page over https, or on localhost.'
		},
		unsupported_browser: {
			happened: 'This browser lacks what a spoken conversation needs.',
			parley: 'Parley has stopped rather than work by halves.',
			you: 'A current Chrome, Edge, Firefox or Safari will do.'
		},
		relay_away: {
			happened: 'The server does not answer.',
			parley: 'Parley asks again every now and then, and tells you when it is back.',
			you: 'Wait here, or try again. What you have said so far is kept.'
		},
		offline: {
			happened: 'There is no network.',
			parley: 'Parley tells you as soon as it is back.',
			you: 'See to your connection, or read on: your history and settings are here.'
		},
		relay_refused: {
			happened: 'The server turned this page away.',
			parley: 'Parley has stopped asking.',
			you: 'Reload the page. If that does not help, ask whoever runs this server.'
		},
		code_needed: {
			happened: 'This server asks for an access code.',
			parley: 'Parley goes in as soon as it has yours, and remembers it on this device.',
			you: 'Enter it here. Whoever runs this server gives them out.'
		},
		code_wrong: {
			happened: 'The server does not accept this access code.',
			parley: 'Parley waits here and tries no other.',
			you: 'See whether a letter is missing, or ask whoever runs this server for a new one.'
		}
	},
	problems: {
		at_capacity: (fault) => `${leg(fault)} is full just now. Looking for a free place.`,
		timed_out: (fault) => `${leg(fault)} is slow to answer. Trying again.`,
		refused: (fault) => `${leg(fault)} is away. Trying again.`,
		not_found: (fault) => `${leg(fault)} is not to be found. Trying again.`,
		unresolved: (fault) => `${leg(fault)} has no address in the network just now. Trying again.`,
		unauthorized_upstream: (fault) =>
			`${leg(fault)} does not accept the server’s key. Whoever runs it can set it right.`,
		protocol: (fault) => `${leg(fault)} sent something odd. Trying again.`,
		lost: (fault) => `${leg(fault)} dropped out. Taking another.`,
		context_overflow: () => 'This conversation has outgrown the model’s memory. The oldest part is left out.',
		no_model: () => 'The server names no language model. Whoever runs it can choose one.',
		voice_gone: () => 'The voice that you brought is no longer kept here. Another one speaks for it.',
		draining: () => 'The server is about to restart. Moving to another.',
		too_many_sessions: () => 'Many people are talking here. Waiting for a place.',
		quota: () => 'You are already talking here as often as you may. Waiting for a place.',
		internal: (fault) => `${leg(fault)} stumbled. Trying again.`,
		bad_message: () => 'The server did not understand this page. Reload it to bring both up to date.',
		bad_audio: () => 'The server could not read the sound. Stop and start once more.',
		out_of_order: () => 'Page and server lost step. Stop and start once more.',
		too_big: () => 'That was more than the server takes at once.',
		too_fast: () => 'A little too quick for the server. Slowing down.',
		too_slow: () => 'Your connection is slow just now. Holding on.',
		unsupported_version: () => 'This page and the server are of different versions. Reload the page.',
		hello_timeout: () => 'The connection was too slow to open. Trying again.',
		idle_timeout: () => 'It was quiet for a long while. Reconnecting.',
		forbidden_origin: () => 'The server does not accept this address.',
		unauthorized: () => 'The server asks for an access code.'
	},
	engines: {
		voice: (name, embedded) => (embedded ? 'Built-in demo voice' : `Voice: ${name}`),
		partner: (name, embedded) => (embedded ? 'built-in demo partner' : `model: ${name}`),
		recogniser: (name, embedded) => (embedded ? 'built-in recogniser' : `recogniser: ${name}`),
		noRecogniser: 'no recogniser',
		browserRecogniser: 'this browser writes down your words'
	},
	recogniser: {
		question: 'This browser can write down what you say, but may send the sound to its maker. Use it?',
		yes: 'Yes',
		no: 'No',
		change: 'Change',
		refused: 'The browser’s recogniser was not allowed. Parley goes on without it.',
		away: 'The browser’s recogniser cannot reach its maker. Parley goes on without it.',
		unavailable: 'The browser’s recogniser stopped. Parley goes on without it.'
	},
	access: {
		label: 'Access code',
		show: 'Show the code',
		enter: 'Go in',
		forget: 'Forget this code',
		tooLong: 'No access code is as long as this. Copy it once more.',
		kept: 'This device remembers your access code.',
		forgotten: 'The access code is forgotten.'
	},
	sound: {
		keep: 'Keep the sound of talks',
		on: 'The sound of this talk is kept on this device.',
		stop: 'Stop keeping it'
	},
	recording: {
		question:
			'May this server record our talk, in writing and never as sound? Stop it while we talk, and the recording is deleted.',
		yes: 'Yes, record',
		no: 'No',
		on: 'Being recorded by this server',
		stop: 'Stop and delete',
		deleted: {
			whole: 'The recording has stopped and is deleted.',
			part: 'The recording has stopped and is deleted. Only if another server kept the part before the connection changed does whoever runs it still have that.'
		},
		allow: 'This server may record our talks',
		hint: 'In writing, never as sound. Switch it off while we talk, and the recording is deleted.'
	},
	ways: {
		write: 'Write instead of speaking',
		writeHere: 'Write here',
		send: 'Send',
		shared: 'Your text is ready. Start talking, and you can send it.',
		settings: 'How we talk',
		close: 'Close',
		hold: 'Hold',
		allSettings: 'All settings',
		holdToTalk: 'Hold to talk',
		holdHint: 'The microphone is on only while you hold the big button or the space bar.',
		letMeFinish: 'Let me finish',
		goOn: 'Go on',
		patience: 'When you pause',
		patiences: { eager: 'Answer at once', normal: 'Wait a little', patient: 'Give me time' }
	},
	people: {
		title: 'Who answers',
		open: (name) => `Who answers: ${name}`,
		plain: 'Good company, for whatever you like to talk about',
		kinds: {
			smalltalk: 'Chats about this and that',
			guess_animal: 'Thinks of an animal; you guess it',
			quiz_show: 'Hosts a quiz with you as the contestant',
			news: 'Reads the news and talks them over',
			explanation: 'Explains how Parley works'
		},
		languages: { en: 'English', fr: 'French', 'en/fr': 'English and French', 'fr/en': 'French and English' },
		nextTurn: 'From your next turn on, whoever you choose answers. The talk goes on.',
		away: 'The server’s characters could not be fetched. Yours are here.',
		write: 'Write a character',
		edit: (name) => `Edit ${name}`,
		import: 'Import',
		export: 'Export mine',
		newTitle: 'Somebody new',
		fields: { name: 'Name', language: 'Language', text: 'Who they are', voice: 'Voice' },
		textHint: 'Speak to them: “You keep a lighthouse. You have a dry humour.”',
		usualVoice: 'The usual one',
		voiceOf: (name) => `As ${name}`,
		keep: 'Keep',
		back: 'Back',
		delete: 'Delete',
		reallyDelete: 'Delete for good',
		imported: (count) => (count === 1 ? 'One character was imported.' : `${String(count)} characters were imported.`),
		notKept: {
			full: 'This browser holds as many characters as it may. Delete one first.',
			unavailable: 'This browser keeps nothing for this page. Allow site data, or leave the private window.'
		},
		notImported: {
			too_big: 'That file is too big to hold characters.',
			not_json: 'That file cannot be read. Export it once more.',
			not_characters: 'That file holds no characters of Parley.',
			newer_version: 'That file comes from a newer Parley. Reload the page, then import it again.',
			faulty: 'Nothing was imported, because of this:'
		},
		nth: (number) => `Character ${String(number)}`,
		faults: {
			missing: 'is missing',
			unknown_field: 'is not known here',
			wrong_type: 'is of the wrong kind',
			empty: 'must not be empty',
			too_long: 'is too long',
			not_a_choice: 'is none of the choices',
			bad_characters: 'has signs in it that may not stand there',
			duplicate_id: 'is there twice',
			too_many: 'There are too many of them'
		}
	},
	pages: {
		talk: 'Talk',
		history: 'History',
		settings: 'Settings',
		status: 'Status',
		nav: 'Pages',
		backToTalk: 'Back to the talk'
	},
	keys: {
		stop: 'Stop (Esc)',
		letMeFinish: 'No pause ends your turn (L)',
		goOn: 'Your turn is over (G)',
		mute: 'Mute the microphone (M)',
		close: 'Hide the conversation (Esc)'
	}
};
