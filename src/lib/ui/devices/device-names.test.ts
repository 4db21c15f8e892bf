import { expect, it } from 'vitest';
import { listed } from './device-names.ts';

const device = (deviceId: string, kind: string, label = '') => ({ deviceId, kind, label, groupId: '' });

it('lists each device of a kind once, and neither the system’s stand-ins nor another kind', () => {
	const devices = [
		device('default', 'audioinput', 'Default - Desk'),
		device('communications', 'audioinput', 'Communications - Desk'),
		device('desk', 'audiooutput', 'Desk'),
		device('desk', 'audioinput', ' Desk '),
		device('desk', 'audioinput', 'Desk'),
		device('lens', 'videoinput', 'Lens'),
		device('other', 'audioinput')
	];
	expect(listed(devices, 'audioinput')).toEqual([
		{ id: 'desk', label: 'Desk', nth: 1 },
		{ id: 'other', label: '', nth: 2 }
	]);
	expect(listed(devices, 'audiooutput').map(({ id }) => id)).toEqual(['desk']);
});

it('lists nothing where the browser keeps ids to itself', () => {
	expect(listed([device('', 'audioinput'), device('', 'audioinput')], 'audioinput')).toEqual([]);
});
