/** The words of the history, loaded with its page. */
import type { Trouble } from '../../history/store.ts';
import type { Format } from '../../history/formats.ts';
import type { ImportFailure } from '../../history/exchange.ts';
import type { Language } from '../languages.ts';

export interface HistoryMessages {
	readonly loading: string;
	readonly emptyTitle: string;
	readonly empty: string;
	readonly emptyPrivate: string;
	readonly talkNow: string;
	readonly search: string;
	readonly starredOnly: string;
	readonly noMatch: string;
	readonly noneStarred: string;
	readonly found: (count: number) => string;
	readonly more: (count: number) => string;
	readonly today: string;
	readonly yesterday: string;
	readonly growing: string;
	readonly untitled: string;
	readonly star: (title: string) => string;
	readonly lengthS: (seconds: number) => string;
	readonly lengthMin: (minutes: number) => string;
	readonly lengthH: (hours: number, minutes: number) => string;
	readonly all: string;
	readonly goOn: string;
	readonly goOnHint: (name: string) => string;
	readonly whoIsGone: (name: string) => string;
	readonly talkingAlready: string;
	readonly rename: string;
	readonly name: string;
	readonly keepName: string;
	readonly leaveName: string;
	readonly delete: string;
	readonly deleted: (title: string) => string;
	readonly forgotten: string;
	readonly undo: string;
	readonly close: string;
	readonly notRestored: string;
	readonly notChanged: string;
	readonly entries: string;
	readonly interrupted: string;
	readonly unfinished: string;
	readonly continued: (when: string) => string;
	readonly nothingSaid: string;
	readonly absentTitle: string;
	readonly absent: string;
	readonly unreadable: string;
	readonly newer: string;
	readonly exportAs: string;
	readonly export: string;
	readonly exportAll: string;
	readonly formats: Readonly<Record<Format, string>>;
	readonly exported: string;
	readonly notExported: string;
	readonly import: string;
	readonly imported: (count: number) => string;
	readonly alreadyHere: (count: number) => string;
	readonly faulty: (count: number) => string;
	readonly faultAt: (nth: number, where: string) => string;
	readonly notImported: Readonly<Record<ImportFailure, string>>;
	readonly troubles: Readonly<
		Record<Trouble, { readonly happened: string; readonly parley: string; readonly you: string }>
	>;
	readonly private: string;
	readonly privateHint: string;
	readonly dataTitle: string;
	readonly local: string;
	readonly used: (used: string, quota: string) => string;
	readonly usedUnknown: string;
	readonly persisted: string;
	readonly notPersisted: string;
	readonly persist: string;
	readonly persistRefused: string;
	readonly clear: string;
	readonly clearSure: (count: number) => string;
	readonly clearYes: string;
	readonly clearNo: string;
	readonly cleared: string;
	readonly asideTitle: string;
	readonly aside: string;
	readonly asideOne: (when: string) => string;
	readonly asideExport: string;
	readonly asideDelete: string;
	readonly newerKept: (count: number) => string;
	readonly brokenTitle: string;
	readonly broken: string;
	readonly reload: string;
}

export const historyWords: Record<Language, HistoryMessages> = {
	en: {
		loading: 'Fetching your conversations.',
		emptyTitle: 'Nothing here yet.',
		empty: 'What you and Parley say will stand here, word for word, on this device alone.',
		emptyPrivate: 'You talk in private: nothing of it is kept.',
		talkNow: 'Start a talk',
		search: 'Search what was said',
		starredOnly: 'Starred only',
		noMatch: 'No conversation has all of these words.',
		noneStarred: 'None has a star yet.',
		found: (count) => (count === 1 ? 'One conversation' : `${String(count)} conversations`),
		more: (count) => `Show ${String(count)} more`,
		today: 'Today',
		yesterday: 'Yesterday',
		growing: 'going on now',
		untitled: 'A talk without words',
		star: (title) => `Star: ${title}`,
		lengthS: (seconds) => `${String(seconds)} s`,
		lengthMin: (minutes) => `${String(minutes)} min`,
		lengthH: (hours, minutes) => `${String(hours)} h ${String(minutes)} min`,
		all: 'All conversations',
		goOn: 'Continue this talk',
		goOnHint: (name) => `${name} will remember what is written here.`,
		whoIsGone: (name) => `${name} is not to be found here any more. Whoever you have chosen takes over.`,
		talkingAlready: 'You are talking just now. Stop that talk first, then continue this one.',
		rename: 'Rename',
		name: 'Name of this conversation',
		keepName: 'Keep',
		leaveName: 'Leave as it is',
		delete: 'Delete',
		deleted: (title) => `“${title}” is deleted.`,
		forgotten: 'What was kept of this talk is deleted.',
		undo: 'Undo',
		close: 'Close this message',
		notRestored: 'It could not be put back: this browser has no room for it.',
		notChanged: 'Nothing was changed: this browser does not let Parley write just now. Try again in a moment.',
		entries: 'What was said',
		interrupted: 'interrupted',
		unfinished: 'not finished',
		continued: (when) => `Continued ${when}`,
		nothingSaid: 'Nobody said a word.',
		absentTitle: 'Not here',
		absent: 'This conversation is not on this device. It may have been deleted, or kept in another browser.',
		unreadable:
			'This conversation is damaged. Parley has set it aside as it is; you find it at the end of the history.',
		newer: 'A newer Parley wrote this conversation. Reload the page to bring this one up to date.',
		exportAs: 'Format',
		export: 'Export',
		exportAll: 'Export all',
		formats: { markdown: 'Markdown', json: 'JSON, for Parley', text: 'Plain text', vtt: 'Subtitles (WebVTT)' },
		exported: 'The file is among your downloads.',
		notExported: 'Not all conversations could be read, so no file was made. Try again in a moment.',
		import: 'Import a file',
		imported: (count) =>
			count === 0
				? 'Nothing new was imported.'
				: count === 1
					? 'One conversation was imported.'
					: `${String(count)} conversations were imported.`,
		alreadyHere: (count) => (count === 1 ? 'One was here already.' : `${String(count)} were here already.`),
		faulty: (count) =>
			count === 1 ? 'One could not be read and was left out:' : `${String(count)} could not be read and were left out:`,
		faultAt: (nth, where) => `Conversation ${String(nth)}: ${where}`,
		notImported: {
			too_big: 'That file is too big to hold conversations.',
			not_json: 'That file cannot be read. Export it once more.',
			not_history: 'That file holds no conversations of Parley.',
			newer_version: 'That file comes from a newer Parley. Reload the page, then import it again.'
		},
		troubles: {
			unavailable: {
				happened: 'This browser keeps nothing for this page.',
				parley: 'You can talk all the same; the words are gone when the page is closed.',
				you: 'Allow site data, or leave the private window.'
			},
			full: {
				happened: 'This device has no room left.',
				parley: 'You can talk all the same; new words are not kept.',
				you: 'Delete a few old conversations here, or export them first.'
			}
		},
		private: 'Talk in private',
		privateHint: 'Nothing is kept. Switched on during a talk, it also deletes what was kept of that talk.',
		dataTitle: 'On this device',
		local: 'Conversations are kept in this browser and sent nowhere.',
		used: (used, quota) => `Parley uses ${used} here. The browser would give it ${quota}.`,
		usedUnknown: 'This browser does not say how much room there is.',
		persisted: 'The browser has promised to keep them until you delete them.',
		notPersisted: 'When this device runs out of room, the browser may delete them.',
		persist: 'Ask it to keep them',
		persistRefused: 'The browser did not promise it. It often does once Parley is installed.',
		clear: 'Delete everything',
		clearSure: (count) =>
			count === 1
				? 'Delete the one conversation kept here? Nothing brings it back.'
				: `Delete all ${String(count)} conversations kept here? Nothing brings them back.`,
		clearYes: 'Delete for good',
		clearNo: 'Keep them',
		cleared: 'Everything is deleted.',
		asideTitle: 'Set aside',
		aside: 'These could not be read. Nothing of them was changed: save them, or delete them.',
		asideOne: (when) => `Damaged, set aside ${when}`,
		asideExport: 'Save as it is',
		asideDelete: 'Delete',
		newerKept: (count) =>
			count === 1
				? 'One more conversation was written by a newer Parley. Reload the page to see it.'
				: `${String(count)} more conversations were written by a newer Parley. Reload the page to see them.`,
		brokenTitle: 'The history did not load.',
		broken: 'The server was away just then. Your conversations are safe on this device.',
		reload: 'Try again'
	},
	fr: {
		loading: 'Je cherche vos conversations.',
		emptyTitle: 'Rien pour l’instant.',
		empty: 'Ce que vous direz avec Parley se lira ici, mot pour mot, et sur cet appareil uniquement.',
		emptyPrivate: 'Vous parlez en privé\u202f; rien n’en est gardé.',
		talkNow: 'Commencer à parler',
		search: 'Chercher dans ce qui a été dit',
		starredOnly: 'Favoris seulement',
		noMatch: 'Aucune conversation ne contient tous ces mots.',
		noneStarred: 'Aucun favori pour l’instant.',
		found: (count) => (count === 1 ? 'Une conversation' : `${String(count)} conversations`),
		more: (count) => `En montrer ${String(count)} de plus`,
		today: 'Aujourd’hui',
		yesterday: 'Hier',
		growing: 'en cours',
		untitled: 'Une conversation sans paroles',
		star: (title) => `Favori\u00a0: ${title}`,
		lengthS: (seconds) => `${String(seconds)}\u00a0s`,
		lengthMin: (minutes) => `${String(minutes)}\u00a0min`,
		lengthH: (hours, minutes) => `${String(hours)}\u00a0h\u00a0${String(minutes)}\u00a0min`,
		all: 'Toutes les conversations',
		goOn: 'Reprendre cette conversation',
		goOnHint: (name) => `${name} se souviendra de ce qui est écrit ici.`,
		whoIsGone: (name) => `${name} n’est plus là. Le personnage que vous avez choisi prend le relais.`,
		talkingAlready: 'Une conversation est en cours. Arrêtez-la d’abord, puis reprenez celle-ci.',
		rename: 'Renommer',
		name: 'Nom de cette conversation',
		keepName: 'Garder',
		leaveName: 'Laisser tel quel',
		delete: 'Supprimer',
		deleted: (title) => `«\u202f${title}\u202f» est supprimée.`,
		forgotten: 'Ce qui était gardé de cette conversation est supprimé.',
		undo: 'Annuler',
		close: 'Fermer ce message',
		notRestored: 'Impossible de la remettre\u202f; ce navigateur n’a plus de place pour elle.',
		notChanged:
			'Rien n’a été modifié\u202f; ce navigateur ne laisse pas Parley écrire en ce moment. Réessayez dans un instant.',
		entries: 'Ce qui a été dit',
		interrupted: 'interrompu',
		unfinished: 'inachevé',
		continued: (when) => `Reprise ${when}`,
		nothingSaid: 'Personne n’a rien dit.',
		absentTitle: 'Introuvable',
		absent:
			'Cette conversation n’est pas sur cet appareil. Elle a pu être supprimée, ou gardée dans un autre navigateur.',
		unreadable:
			'Cette conversation est abîmée. Parley l’a mise de côté telle quelle\u202f; elle est à la fin de l’historique.',
		newer: 'Un Parley plus récent a écrit cette conversation. Rechargez la page pour mettre celui-ci à jour.',
		exportAs: 'Format',
		export: 'Exporter',
		exportAll: 'Tout exporter',
		formats: { markdown: 'Markdown', json: 'JSON, pour Parley', text: 'Texte simple', vtt: 'Sous-titres (WebVTT)' },
		exported: 'Le fichier est dans vos téléchargements.',
		notExported:
			'Les conversations n’ont pas toutes pu être lues, et aucun fichier n’a été créé. Réessayez dans un instant.',
		import: 'Importer un fichier',
		imported: (count) =>
			count === 0
				? 'Rien de nouveau n’a été importé.'
				: count === 1
					? 'Une conversation a été importée.'
					: `${String(count)} conversations ont été importées.`,
		alreadyHere: (count) => (count === 1 ? 'Une était déjà là.' : `${String(count)} étaient déjà là.`),
		faulty: (count) =>
			count === 1
				? 'Une n’a pas pu être lue et n’a pas été prise\u00a0:'
				: `${String(count)} n’ont pas pu être lues et n’ont pas été prises\u00a0:`,
		faultAt: (nth, where) => `Conversation ${String(nth)}\u00a0: ${where}`,
		notImported: {
			too_big: 'Ce fichier est trop gros pour contenir des conversations.',
			not_json: 'Ce fichier est illisible. Exportez-le encore une fois.',
			not_history: 'Ce fichier ne contient pas de conversations de Parley.',
			newer_version: 'Ce fichier vient d’un Parley plus récent. Rechargez la page, puis importez-le de nouveau.'
		},
		troubles: {
			unavailable: {
				happened: 'Ce navigateur ne garde rien pour cette page.',
				parley: 'Vous pouvez parler quand même\u202f; les mots s’effacent à la fermeture de la page.',
				you: 'Autorisez les données du site, ou quittez la fenêtre privée.'
			},
			full: {
				happened: 'Cet appareil n’a plus de place.',
				parley: 'Vous pouvez parler quand même\u202f; les nouveaux mots ne sont pas gardés.',
				you: 'Supprimez ici quelques vieilles conversations, ou exportez-les d’abord.'
			}
		},
		private: 'Parler en privé',
		privateHint: 'Rien n’est gardé. Activé pendant une conversation, il supprime aussi ce qui était gardé de celle-ci.',
		dataTitle: 'Sur cet appareil',
		local: 'Les conversations sont gardées dans ce navigateur et ne sont envoyées nulle part.',
		used: (used, quota) => `Parley occupe ici ${used}. Le navigateur lui donnerait ${quota}.`,
		usedUnknown: 'Ce navigateur ne dit pas combien de place il y a.',
		persisted: 'Le navigateur a promis de les garder jusqu’à ce que vous les supprimiez.',
		notPersisted: 'Si la place vient à manquer, le navigateur pourrait les supprimer.',
		persist: 'Lui demander de les garder',
		persistRefused: 'Le navigateur ne l’a pas promis. Il le fait souvent une fois Parley installé.',
		clear: 'Tout supprimer',
		clearSure: (count) =>
			count === 1
				? 'Supprimer la conversation gardée ici\u202f? Rien ne la fera revenir.'
				: `Supprimer les ${String(count)} conversations gardées ici\u202f? Rien ne les fera revenir.`,
		clearYes: 'Supprimer pour de bon',
		clearNo: 'Les garder',
		cleared: 'Tout est supprimé.',
		asideTitle: 'Mises de côté',
		aside: 'Celles-ci n’ont pas pu être lues. Rien n’y a été changé\u202f; enregistrez-les, ou supprimez-les.',
		asideOne: (when) => `Abîmée, mise de côté ${when}`,
		asideExport: 'Enregistrer telle quelle',
		asideDelete: 'Supprimer',
		newerKept: (count) =>
			count === 1
				? 'Une autre conversation a été écrite par un Parley plus récent. Rechargez la page pour la voir.'
				: `${String(count)} autres conversations ont été écrites par un Parley plus récent. Rechargez la page pour les voir.`,
		brokenTitle: 'L’historique ne s’est pas chargé.',
		broken: 'Le serveur était absent à ce moment. Vos conversations sont en sûreté sur cet appareil.',
		reload: 'Réessayer'
	}
};
