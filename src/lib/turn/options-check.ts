/** What no policy can mean: options that contradict each other. Each sentence names the option and the fix. */
import type { EndpointOptions, OverlapOptions, TurnOptions } from './options.ts';

/** The largest STT delay there is (stt-2.6b-en), in milliseconds: a flush must be allowed to take longer. */
const LARGEST_STT_DELAY_MS = 2500;

/** What is wrong with the options; empty where nothing is. */
export function optionsFaults(options: TurnOptions): string[] {
	const faults: string[] = [];
	const expect = (holds: boolean, fault: string): void => {
		if (!holds) faults.push(fault);
	};
	const share = (name: string, value: number): void => {
		expect(value >= 0 && value <= 1, `${name} is ${value}: it has to lie between 0 and 1`);
	};
	share('endOfTurnAbove', options.endOfTurnAbove);
	share('bargeInBelow', options.bargeInBelow);
	share('emaInitial', options.emaInitial);
	expect(options.ema.attackS > 0 && options.ema.releaseS > 0, 'ema: attackS and releaseS have to be above 0 seconds');
	expect(
		options.bargeInBelow < options.endOfTurnAbove,
		`bargeInBelow (${options.bargeInBelow}) has to stay below endOfTurnAbove (${options.endOfTurnAbove}): one value cannot mean both a voice and a pause`
	);
	expect(options.pauseSteps >= 1, 'pauseSteps has to be 1 at the least');
	expect(options.replyAttempts >= 1, 'replyAttempts has to be 1 at the least');
	expect(
		options.flushLimitMs > LARGEST_STT_DELAY_MS,
		`flushLimitMs (${options.flushLimitMs}) has to stay above ${LARGEST_STT_DELAY_MS}, the largest STT delay, or healthy flushes are cut`
	);
	expect(
		options.goodbye === options.goodbye.toLowerCase(),
		'goodbye has to be in lower case: what was heard is compared so'
	);
	if (options.endpoint !== null) endpointFaults(options.endpoint, expect);
	if (options.overlap !== null) overlapFaults(options.overlap, options, expect);
	return faults;
}

type Expect = (holds: boolean, fault: string) => void;

function endpointFaults(endpoint: EndpointOptions, expect: Expect): void {
	const { questionMs, completeMs, unsureMs, plainMs, unfinishedMs, learnedShare, resumeSteps } = endpoint;
	const rising = [questionMs, completeMs, unsureMs, unfinishedMs];
	expect(
		rising.every((ms, i) => ms >= (rising[i - 1] ?? 0)) && plainMs <= unfinishedMs,
		'endpoint: the less finished the words, the longer the wait: questionMs ≤ completeMs ≤ unsureMs ≤ unfinishedMs, plainMs ≤ unfinishedMs'
	);
	expect(learnedShare >= 0 && learnedShare <= 1, 'endpoint.learnedShare has to lie between 0 and 1');
	expect(resumeSteps >= 1, 'endpoint.resumeSteps has to be 1 at the least');
}

function overlapFaults(overlap: OverlapOptions, options: TurnOptions, expect: Expect): void {
	expect(
		overlap.duckBelow > options.bargeInBelow,
		`overlap.duckBelow (${overlap.duckBelow}) has to stay above bargeInBelow (${options.bargeInBelow}): the voice ducks before it falls silent`
	);
	expect(
		overlap.fallingBelow >= options.bargeInBelow,
		`overlap.fallingBelow (${overlap.fallingBelow}) has to stay at or above bargeInBelow (${options.bargeInBelow}): a voice that falls is seen sooner, not later`
	);
	expect(overlap.duckGain >= 0 && overlap.duckGain <= 1, 'overlap.duckGain has to lie between 0 and 1');
	expect(
		overlap.limitMs > overlap.stopAfterMs,
		`overlap.limitMs (${overlap.limitMs}) has to stay above stopAfterMs (${overlap.stopAfterMs}), or no overlap ever stops the answer`
	);
}
