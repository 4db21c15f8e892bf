import { expect, it } from 'vitest';
import type { Bytes } from './ebml.ts';
import { WebmWriter } from './webm.ts';

interface Node {
	readonly id: number;
	/** Where it begins in the file, and where what is in it does. */
	readonly at: number;
	readonly from: number;
	readonly to: number;
	readonly children: readonly Node[];
}
const MASTERS = new Set([0x1a45dfa3, 0x18538067, 0x114d9b74, 0x4dbb, 0x1549a966, 0x1654ae6b, 0xae, 0xe0, 0xe1]);
for (const id of [0x1f43b675, 0x1c53bb6b, 0xbb, 0xb7]) MASTERS.add(id);

/** A reader of its own, which knows nothing of the writer. */
function parse(file: Uint8Array, from = 0, to = file.length): Node[] {
	const nodes: Node[] = [];
	for (let at = from; at < to;) {
		const idBytes = Math.clz32(file[at]!) - 23;
		let id = 0;
		for (let i = 0; i < idBytes; i++) id = id * 256 + file[at + i]!;
		const lengthAt = at + idBytes;
		const lengthBytes = Math.clz32(file[lengthAt]!) - 23;
		let length = file[lengthAt]! & (0xff >> lengthBytes);
		for (let i = 1; i < lengthBytes; i++) length = length * 256 + file[lengthAt + i]!;
		const begins = lengthAt + lengthBytes;
		const ends = begins + length;
		expect(ends).toBeLessThanOrEqual(to);
		nodes.push({ id, at, from: begins, to: ends, children: MASTERS.has(id) ? parse(file, begins, ends) : [] });
		at = ends;
	}
	return nodes;
}
const all = (nodes: readonly Node[], id: number): Node[] =>
	nodes.flatMap((node) => [...(node.id === id ? [node] : []), ...all(node.children, id)]);

function made(frames: number, keyEvery: number) {
	const parts: Bytes[] = [];
	const writer = new WebmWriter({
		codec: 'V_VP9',
		widthPixels: 720,
		heightPixels: 720,
		frameMs: 40,
		opusHead: new Uint8Array(19).fill(7),
		channels: 1,
		preSkip48k: 312,
		onPart: (part) => parts.push(part)
	});
	// The sound is far ahead of the pictures, as it is where the encoder is slow.
	for (let packet = 0; packet < frames * 2; packet++) writer.packet(packet * 20, Uint8Array.of(1, packet & 0xff));
	for (let frame = 0; frame < frames; frame++)
		writer.frame(frame * 40, new Uint8Array(300).fill(2), frame % keyEvery === 0);
	const beginning = writer.end(frames * 40);
	const file = new Uint8Array(Buffer.concat([beginning, ...parts]));
	const nodes = parse(file);
	const number = ({ from, to }: Node): number => file.subarray(from, to).reduce((sum, byte) => sum * 256 + byte, 0);
	return { file, nodes, number };
}

it('says how long it is', () => {
	const { file, nodes } = made(250, 100);
	const [duration] = all(nodes, 0x4489);
	expect(new DataView(file.buffer).getFloat64(duration!.from)).toBe(10_000);
	expect(nodes.map(({ id }) => id)).toEqual([0x1a45dfa3, 0x18538067]);
	expect(nodes.at(-1)!.to).toBe(file.length);
});

it('has every block once, in order of time, sound and pictures side by side', () => {
	const { file, nodes, number } = made(250, 100);
	const blocks = all(nodes, 0x1f43b675).flatMap(({ children }) => {
		const begins = number(children[0]!);
		return children.slice(1).map(({ from }) => ({
			track: file[from]! & 0x7f,
			timeMs: begins + new DataView(file.buffer).getInt16(from + 1)
		}));
	});
	expect(blocks.filter(({ track }) => track === 1)).toHaveLength(250);
	expect(blocks.filter(({ track }) => track === 2)).toHaveLength(500);
	const times = blocks.map(({ timeMs }) => timeMs);
	expect(times).toEqual(times.toSorted((a, b) => a - b));
	expect(times.at(-1)).toBe(9980);
});

it('can be entered at every key frame: a list leads to the cluster that begins with it', () => {
	const { file, nodes, number } = made(250, 100);
	const segment = nodes[1]!;
	const clusters = all(nodes, 0x1f43b675);
	const points = all(nodes, 0xbb).map((point) => ({
		timeMs: number(all([point], 0xb3)[0]!),
		at: segment.from + number(all([point], 0xf1)[0]!)
	}));
	expect(points.map(({ timeMs }) => timeMs)).toEqual([0, 4000, 8000]);
	for (const { timeMs, at } of points) {
		const cluster = clusters.find((one) => one.at === at)!;
		expect(number(cluster.children[0]!)).toBe(timeMs);
		expect(cluster.children.slice(1).some(({ from }) => (file[from]! & 0x7f) === 1 && file[from + 3]! === 0x80)).toBe(
			true
		);
	}
	// The list of what stands where is right, too.
	for (const seek of all(nodes, 0x4dbb)) {
		const id = number(all([seek], 0x53ab)[0]!);
		expect(segment.children.find((child) => child.id === id)!.at).toBe(segment.from + number(all([seek], 0x53ac)[0]!));
	}
});

it('keeps a cluster short where no key frame comes', () => {
	const { nodes } = made(2000, 100_000);
	expect(all(nodes, 0x1f43b675)).toHaveLength(3);
});
