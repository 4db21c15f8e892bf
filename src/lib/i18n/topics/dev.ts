/** The words of the dev view, in every language. States, codes and events are the program's own and stay as they are. */
import type { Span } from '../../ui/dev/turns.ts';
import type { Language } from '../languages.ts';

export interface DevMessages {
	readonly title: string;
	readonly close: string;
	readonly export: string;
	/** A choice beside `export`. */
	readonly withWords: string;
	readonly plots: { readonly state: string; readonly pause: string; readonly levels: string; readonly buffer: string };
	readonly spans: Readonly<Record<Span, string>>;
	readonly turns: {
		readonly title: string;
		readonly none: string;
		readonly turn: string;
		readonly total: string;
		readonly ms: (ms: number) => string;
		readonly notReached: string;
	};
	readonly facts: {
		readonly title: string;
		readonly state: string;
		readonly relay: string;
		readonly there: string;
		readonly away: string;
		readonly connections: string;
		readonly attempts: string;
		readonly unsent: string;
		readonly owed: string;
		readonly stream: string;
		readonly steps: (steps: number) => string;
		readonly gaps: string;
		readonly drawing: string;
	};
	readonly events: { readonly title: string; readonly none: string; readonly dropped: (count: number) => string };
}

export const devWords: Readonly<Record<Language, DevMessages>> = {
	en: {
		title: 'Under the hood',
		close: 'Close the dev view',
		export: 'Save the log',
		withWords: 'Saved with what was said',
		plots: { state: 'Turn', pause: 'Pause', levels: 'Levels', buffer: 'Jitter buffer / received' },
		spans: { decision: 'decision', token: 'first word', page: 'first sound', heard: 'heard' },
		turns: {
			title: 'The last turns',
			none: 'A turn is shown here once its answer is heard.',
			turn: 'Turn',
			total: 'in all',
			ms: (ms) => `${String(ms)} ms`,
			notReached: 'not reached'
		},
		facts: {
			title: 'As it stands',
			state: 'Turn core',
			relay: 'Relay',
			there: 'connected',
			away: 'away',
			connections: 'Connections',
			attempts: 'Attempts',
			unsent: 'Not sent yet',
			owed: 'Answer owed for',
			stream: 'Listening',
			steps: (steps) => (steps === 1 ? '1 step' : `${String(steps)} steps`),
			gaps: 'Gaps in this answer',
			drawing: 'Drawing'
		},
		events: {
			title: 'Events',
			none: 'Nothing has happened yet.',
			dropped: (count) => (count === 1 ? '1 older one was let go.' : `${String(count)} older ones were let go.`)
		}
	},
	fr: {
		title: 'Sous le capot',
		close: 'Fermer la vue technique',
		export: 'Enregistrer le journal',
		withWords: 'Enregistrer aussi ce qui a été dit',
		plots: { state: 'Tour', pause: 'Pause', levels: 'Niveaux', buffer: 'Tampon / reçu' },
		spans: { decision: 'décision', token: 'premier mot', page: 'premier son', heard: 'entendu' },
		turns: {
			title: 'Les derniers tours',
			none: 'Un tour apparaît ici dès que sa réponse est entendue.',
			turn: 'Tour',
			total: 'en tout',
			ms: (ms) => `${String(ms)}\u00a0ms`,
			notReached: 'pas atteint'
		},
		facts: {
			title: 'En ce moment',
			state: 'Tours de parole',
			relay: 'Relais',
			there: 'connecté',
			away: 'absent',
			connections: 'Connexions',
			attempts: 'Tentatives',
			unsent: 'Pas encore envoyé',
			owed: 'Réponse attendue depuis',
			stream: 'Écoute',
			steps: (steps) => (steps === 1 ? '1 pas' : `${String(steps)} pas`),
			gaps: 'Trous dans cette réponse',
			drawing: 'Dessin'
		},
		events: {
			title: 'Événements',
			none: 'Il ne s’est encore rien passé.',
			dropped: (count) => (count === 1 ? '1 plus ancien est oublié.' : `${String(count)} plus anciens sont oubliés.`)
		}
	}
};
