/**
 * How a talk behaves on a device that does other things too: the screen stays on, the headset's buttons work, and what
 * happens to microphone and loudspeaker is said. Loaded after the page, which does without until then.
 */
import { words } from '../../i18n/words.svelte.ts';
import { conversing } from '../conversing.svelte.ts';
import { chosen } from '../preferences.svelte.ts';
import { heedVoice } from '../voices/lose-voice.ts';
import { DeviceNews } from './device-news.ts';
import { MediaButtons } from './media-session.ts';
import { playableSilence } from './silence.ts';
import { WakeLock } from './wake-lock.ts';

/** From now until the answer is called. */
export function mindManners(): () => void {
	const wakeLock = new WakeLock();
	const say = (): void => {
		conversing.notice = news.text(words.language);
	};
	const news = new DeviceNews(say);
	const buttons = new MediaButtons({
		silence: playableSilence(),
		onMute: (muted) => conversing.talk.setMuted(muted),
		onStop: () => conversing.talk.stop()
	});
	const ends = [
		conversing.follow((message) => news.take(message)),
		conversing.follow(heedVoice),
		$effect.root(() => {
			$effect(() => wakeLock.want(conversing.talking));
			$effect(() =>
				buttons.show({
					talking: conversing.talking,
					muted: conversing.view.muted,
					holds: chosen.now.holdToTalk,
					who: conversing.view.who ?? words.now.parley
				})
			);
			// In the language that is chosen meanwhile.
			$effect(say);
		})
	];
	return () => {
		for (const end of ends) end();
		news.close();
		wakeLock.want(false);
		buttons.show({ talking: false, muted: false, holds: false, who: '' });
	};
}
