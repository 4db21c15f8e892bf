/** Les mots de Parley en français. Espaces insécables devant « : ; ? ! » et dans les guillemets ; apostrophes courbes. */
import type { Fault } from '../protocol/problems.ts';
import type { Messages } from './messages.ts';

const leg = (fault: Fault): string =>
	({
		stt: 'Le service d’écoute',
		llm: 'Le modèle de langue',
		tts: 'Le service de voix',
		relay: 'Le relais',
		client: 'Ce navigateur'
	})[fault];

export const fr: Messages = {
	description: 'Parlez, à voix haute, avec n’importe quel modèle de langue.',
	invitation: (name) => `Dites quelque chose. ${name} répond à voix haute.`,
	privacy: 'Le micro n’est ouvert qu’entre «\u202fCommencer\u202f» et «\u202fArrêter\u202f».',
	checkMicrophone: 'L’essayer d’abord',
	start: 'Commencer à parler',
	stop: 'Arrêter',
	tryAgain: 'Réessayer',
	mute: 'Couper le micro',
	muted: 'Le micro est coupé',
	conversation: 'Conversation',
	showConversation: 'Afficher la conversation',
	hideConversation: 'Masquer la conversation',
	noConversation: 'Ce que vous direz tous les deux s’écrira ici.',
	languages: 'Langue',
	you: 'Vous',
	parley: 'Parley',
	unrecognised: 'Vous avez parlé. Rien n’a pu le transcrire.',
	offline: 'Pas de réseau pour l’instant\u00a0: l’historique et les réglages restent là, la parole attendra.',
	relayBack: 'Le serveur est de retour. Commencez quand vous voulez.',
	captions: { shown: 'Sous-titres', on: 'Sous-titres affichés', off: 'Sous-titres masqués\u202f; S les ramène' },
	openSecurely: 'Ouvrir en https',
	openLocally: 'Ouvrir sur localhost',
	phases: {
		idle: 'Quand vous voulez',
		asking: 'Le navigateur demande le micro. Choisissez «\u202fAutoriser\u202f»',
		connecting: 'Connexion',
		listening: 'Je vous écoute',
		hearing: 'Je vous entends',
		thinking: 'Je réfléchis',
		speaking: 'Je parle. Coupez-moi quand vous voulez',
		reconnecting: 'La connexion est perdue. Je la rétablis\u202f; rien de ce que vous avez dit n’est perdu',
		deaf: 'Je ne peux pas vous entendre sur ce serveur pour le moment. Écrivez-moi, je vous réponds\u202f; je réessaie',
		ended: 'Nous nous sommes dit au revoir. À bientôt'
	},
	failures: {
		microphone_refused: {
			happened: 'Le micro est bloqué.',
			parley: 'Parley attend, et n’écoute rien.',
			you: 'Autorisez le micro près de la barre d’adresse, puis réessayez.'
		},
		microphone_missing: {
			happened: 'Aucun micro n’a été trouvé.',
			parley: 'Parley prendra le premier qui se présente.',
			you: 'Branchez-en un ou allumez votre casque, puis réessayez.'
		},
		microphone_busy: {
			happened: 'Un autre programme occupe le micro.',
			parley: 'Parley l’a laissé.',
			you: 'Fermez l’autre appel ou l’enregistreur, puis réessayez.'
		},
		insecure_origin: {
			happened: 'Les navigateurs ne confient le micro qu’aux pages sécurisées.',
			parley: 'Parley n’y peut rien d’ici.',
			you: 'Ouvrez cette page en https, ou sur localhost.'
		},
		unsupported_browser: {
			happened: 'Il manque à ce navigateur de quoi tenir une conversation parlée.',
			parley: 'Parley préfère s’arrêter plutôt que mal fonctionner.',
			you: 'Un Chrome, Edge, Firefox ou Safari récent conviendra.'
		},
		relay_away: {
			happened: 'Le serveur ne répond pas.',
			parley: 'Parley le rappelle de temps en temps, et vous dira quand il revient.',
			you: 'Attendez ici, ou réessayez. Ce que vous avez dit reste là.'
		},
		offline: {
			happened: 'Il n’y a pas de réseau.',
			parley: 'Parley vous dira dès qu’il revient.',
			you: 'Vérifiez votre connexion, ou lisez\u00a0: l’historique et les réglages sont là.'
		},
		relay_refused: {
			happened: 'Le serveur a refusé cette page.',
			parley: 'Parley a cessé de demander.',
			you: 'Rechargez la page. Si rien ne change, adressez-vous à qui tient ce serveur.'
		},
		code_needed: {
			happened: 'Ce serveur demande un code d’accès.',
			parley: 'Parley entre dès qu’il a le vôtre, et le retient sur cet appareil.',
			you: 'Saisissez-le ici. Qui tient ce serveur le donne.'
		},
		code_wrong: {
			happened: 'Le serveur n’accepte pas ce code d’accès.',
			parley: 'Parley attend ici, et n’en essaie pas d’autre.',
			you: 'Voyez s’il manque une lettre, ou demandez-en un nouveau à qui tient ce serveur.'
		}
	},
	problems: {
		at_capacity: (fault) => `${leg(fault)} est complet. Parley cherche une place.`,
		timed_out: (fault) => `${leg(fault)} tarde à répondre. Nouvel essai.`,
		refused: (fault) => `${leg(fault)} est absent. Nouvel essai.`,
		not_found: (fault) => `${leg(fault)} est introuvable. Nouvel essai.`,
		unresolved: (fault) => `${leg(fault)} n’a pas d’adresse sur le réseau en ce moment. Nouvel essai.`,
		unauthorized_upstream: (fault) => `${leg(fault)} refuse la clé du serveur. Qui le tient peut la corriger.`,
		protocol: (fault) => `${leg(fault)} a répondu de travers. Nouvel essai.`,
		lost: (fault) => `${leg(fault)} a décroché. Parley en prend un autre.`,
		context_overflow: () => 'La conversation dépasse la mémoire du modèle. Le plus ancien est laissé de côté.',
		no_model: () => 'Le serveur ne nomme aucun modèle. Qui le tient peut en choisir un.',
		voice_gone: () => 'La voix que vous avez apportée n’est plus gardée ici. Une autre parle à sa place.',
		draining: () => 'Le serveur va redémarrer. Parley passe à un autre.',
		too_many_sessions: () => 'Beaucoup de monde parle ici. Parley attend une place.',
		quota: () => 'Vous avez déjà ici autant de conversations que permis. Parley attend une place.',
		internal: (fault) => `${leg(fault)} a trébuché. Nouvel essai.`,
		bad_message: () => 'Le serveur n’a pas compris cette page. Rechargez-la pour les accorder.',
		bad_audio: () => 'Le serveur n’a pas pu lire le son. Arrêtez, puis recommencez.',
		out_of_order: () => 'La page et le serveur ont perdu le pas. Arrêtez, puis recommencez.',
		too_big: () => 'C’était plus que le serveur n’en prend d’un coup.',
		too_fast: () => 'Un peu trop vite pour le serveur. Parley ralentit.',
		too_slow: () => 'Votre connexion est lente en ce moment. Parley patiente.',
		unsupported_version: () => 'Cette page et le serveur ne sont pas de la même version. Rechargez la page.',
		hello_timeout: () => 'La connexion a tardé à s’ouvrir. Nouvel essai.',
		idle_timeout: () => 'Le silence a duré longtemps. Parley se reconnecte.',
		forbidden_origin: () => 'Le serveur n’accepte pas cette adresse.',
		unauthorized: () => 'Le serveur demande un code d’accès.'
	},
	engines: {
		voice: (name, embedded) => (embedded ? 'Voix de démonstration' : `Voix\u00a0: ${name}`),
		partner: (name, embedded) => (embedded ? 'partenaire de démonstration' : `modèle\u00a0: ${name}`),
		recogniser: (name, embedded) => (embedded ? 'reconnaissance intégrée' : `reconnaissance\u00a0: ${name}`),
		noRecogniser: 'sans transcription',
		browserRecogniser: 'ce navigateur transcrit vos paroles'
	},
	recogniser: {
		question:
			'Ce navigateur peut transcrire ce que vous dites, mais il envoie peut-être le son à son éditeur. L’utiliser\u202f?',
		yes: 'Oui',
		no: 'Non',
		change: 'Changer',
		refused: 'La reconnaissance du navigateur n’a pas été autorisée. Parley continue sans elle.',
		away: 'La reconnaissance du navigateur ne joint pas son éditeur. Parley continue sans elle.',
		unavailable: 'La reconnaissance du navigateur s’est arrêtée. Parley continue sans elle.'
	},
	access: {
		label: 'Code d’accès',
		show: 'Montrer le code',
		enter: 'Entrer',
		forget: 'Oublier ce code',
		tooLong: 'Aucun code d’accès n’est aussi long. Copiez-le de nouveau.',
		kept: 'Cet appareil retient votre code d’accès.',
		forgotten: 'Le code d’accès est oublié.'
	},
	sound: {
		keep: 'Garder le son des conversations',
		on: 'Le son de cette conversation est gardé sur cet appareil.',
		stop: 'Ne plus le garder'
	},
	recording: {
		question:
			'Ce serveur peut-il enregistrer notre conversation, par écrit et jamais le son\u202f? Arrêtez-le pendant que nous parlons, et l’enregistrement est effacé.',
		yes: 'Oui, enregistrer',
		no: 'Non',
		on: 'Enregistré par ce serveur',
		stop: 'Arrêter et effacer',
		deleted: {
			whole: 'L’enregistrement est arrêté et effacé.',
			part: 'L’enregistrement est arrêté et effacé. Seul un autre serveur qui aurait gardé la partie d’avant le changement de connexion l’a encore.'
		},
		allow: 'Ce serveur peut enregistrer nos conversations',
		hint: 'Par écrit, jamais le son. Désactivez-le pendant que nous parlons, et l’enregistrement est effacé.'
	},
	ways: {
		write: 'Écrire au lieu de parler',
		writeHere: 'Écrivez ici',
		send: 'Envoyer',
		shared: 'Votre texte est prêt. Commencez à parler, et vous pourrez l’envoyer.',
		settings: 'Notre façon de parler',
		close: 'Fermer',
		hold: 'Maintenir',
		allSettings: 'Tous les réglages',
		holdToTalk: 'Maintenir pour parler',
		holdHint: 'Le micro n’est ouvert que tant que vous maintenez le grand bouton ou la barre d’espace.',
		letMeFinish: 'Laissez-moi finir',
		goOn: 'À vous',
		patience: 'Quand vous marquez une pause',
		patiences: { eager: 'Répondre aussitôt', normal: 'Attendre un peu', patient: 'Me laisser du temps' }
	},
	people: {
		title: 'Qui répond',
		open: (name) => `Qui répond\u00a0: ${name}`,
		plain: 'De bonne compagnie, pour parler de tout',
		kinds: {
			smalltalk: 'Bavarde de tout et de rien',
			guess_animal: 'Pense à un animal\u202f; à vous de le deviner',
			quiz_show: 'Anime un jeu dont vous êtes le candidat',
			news: 'Lit les nouvelles et en parle avec vous',
			explanation: 'Explique comment marche Parley'
		},
		languages: { en: 'Anglais', fr: 'Français', 'en/fr': 'Anglais et français', 'fr/en': 'Français et anglais' },
		nextTurn: 'La personne choisie répond dès votre prochain tour\u202f; la conversation continue.',
		away: 'Les personnages du serveur n’ont pas pu venir. Les vôtres sont là.',
		write: 'Écrire un personnage',
		edit: (name) => `Modifier ${name}`,
		import: 'Importer',
		export: 'Exporter les miens',
		newTitle: 'Quelqu’un de nouveau',
		fields: { name: 'Nom', language: 'Langue', text: 'Qui c’est', voice: 'Voix' },
		textHint: 'Adressez-vous à lui\u00a0: «\u202fTu gardes un phare. Tu as l’humour sec.\u202f»',
		usualVoice: 'La voix habituelle',
		voiceOf: (name) => `Comme ${name}`,
		keep: 'Garder',
		back: 'Retour',
		delete: 'Supprimer',
		reallyDelete: 'Supprimer pour de bon',
		imported: (count) => (count === 1 ? 'Un personnage est arrivé.' : `${String(count)} personnages sont arrivés.`),
		notKept: {
			full: 'Ce navigateur garde autant de personnages qu’il peut. Supprimez-en un d’abord.',
			unavailable:
				'Ce navigateur ne garde rien pour cette page. Autorisez les données du site, ou quittez la fenêtre privée.'
		},
		notImported: {
			too_big: 'Ce fichier est trop gros pour contenir des personnages.',
			not_json: 'Ce fichier est illisible. Exportez-le de nouveau.',
			not_characters: 'Ce fichier ne contient aucun personnage de Parley.',
			newer_version: 'Ce fichier vient d’un Parley plus récent. Rechargez la page, puis importez-le de nouveau.',
			faulty: 'Rien n’a été importé, et voici pourquoi\u00a0:'
		},
		nth: (number) => `Personnage ${String(number)}`,
		faults: {
			missing: 'manque',
			unknown_field: 'n’est pas connu ici',
			wrong_type: 'n’est pas de la bonne sorte',
			empty: 'ne doit pas être vide',
			too_long: 'est trop long',
			not_a_choice: 'n’est pas l’un des choix',
			bad_characters: 'contient des signes qui n’y ont pas leur place',
			duplicate_id: 's’y trouve deux fois',
			too_many: 'Il y en a trop'
		}
	},
	pages: {
		talk: 'Parler',
		history: 'Historique',
		settings: 'Réglages',
		status: 'État',
		nav: 'Pages',
		backToTalk: 'Revenir à la conversation'
	},
	keys: {
		stop: 'Arrêter (Échap)',
		letMeFinish: 'Aucune pause ne finit votre tour (L)',
		goOn: 'Votre tour est fini (G)',
		mute: 'Couper le micro (M)',
		close: 'Masquer la conversation (Échap)'
	}
};
