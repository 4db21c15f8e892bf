import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatChunkSchema, parseChatChunk, parseJsonWith } from './llm.ts';

const oddity = fc.oneof(fc.constant(null), fc.string({ maxLength: 5 }), fc.nat(9), fc.constant([]), fc.constant({}));
const some = (...fields: string[]) =>
	fc.record(Object.fromEntries(fields.map((name) => [name, oddity])), { requiredKeys: [] });
const choice = fc.oneof(
	oddity,
	fc
		.tuple(
			some('index', 'delta', 'finish_reason'),
			some('role', 'content', 'reasoning_content', 'reasoning'),
			fc.boolean()
		)
		.map(([rest, delta, plain]) => (plain ? { ...rest, delta } : rest))
);
const chunk = fc.oneof(
	oddity,
	some('id', 'choices', 'error'),
	fc.tuple(some('id', 'error'), fc.array(choice, { maxLength: 3 })).map(([rest, choices]) => ({ ...rest, choices }))
);

/** What the reader of a chunk looks at. */
function seen(result: ReturnType<typeof parseChatChunk>): unknown {
	if (!result.ok) return result.reason;
	const { choices, error } = result.value;
	return {
		error: error ?? null,
		choices: choices.map(({ delta, finish_reason: finish }) => [
			delta.content ?? null,
			delta.reasoning_content ?? null,
			delta.reasoning ?? null,
			finish ?? null
		])
	};
}

describe('a chunk of a streamed answer', () => {
	it('is taken and refused as the schema takes and refuses it, without most of its work', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					chunk.map((value) => JSON.stringify(value)),
					fc.string()
				),
				(text) => {
					expect(seen(parseChatChunk(text))).toEqual(seen(parseJsonWith(ChatChunkSchema, text)));
				}
			),
			{ numRuns: 2000 }
		);
	});
});
