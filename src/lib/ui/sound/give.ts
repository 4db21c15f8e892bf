/** The sound of a talk as files for the person. */
import { oggParts, SOUND_TYPE } from '../../sound/file.ts';
import type { Sound } from '../../sound/sound.ts';
import { saveBlob } from '../download.ts';
import { sounds } from './desk.ts';

/** False where it is not there any more. */
export async function giveSound(sound: Sound): Promise<boolean> {
	const parts = await oggParts(sounds.pieces(sound.id));
	if (parts.length === 0) return false;
	saveBlob(nameOf(sound, 'opus'), new Blob([...parts], { type: SOUND_TYPE }));
	return true;
}

/** As `parley-2026-11-21-1407.opus`, in the person's own time. */
export function nameOf({ startedAtMs }: Pick<Sound, 'startedAtMs'>, ending: string): string {
	const at = new Date(startedAtMs);
	const two = (part: number): string => String(part).padStart(2, '0');
	const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
	return `parley-${day}-${two(at.getHours())}${two(at.getMinutes())}.${ending}`;
}
