/** What this relay asks for before and beside talking: an access code, and leave to record. */
import { isTooLong, keepCode, readCode, recallCode } from './access-code.ts';
import { beginning, deletedOf, recallLeave, recordingOf, rememberLeave, type Begun, type Leave } from './recording.ts';
import type { ViewState } from './view-state.ts';

export interface TermsOptions {
	readonly view: () => ViewState;
	/** The person agrees to be recorded from now on, or no longer. */
	readonly onRecording: (agreed: boolean) => void;
}

export class Terms {
	readonly #options: TermsOptions;
	#code = $state.raw<string | null>(null);
	/** What stands in the field for the code. */
	draft = $state('');
	#leave = $state.raw<Leave>(null);
	#begun: Begun | null = null;
	#deleted = $state.raw<{ readonly talk: number; readonly how: 'whole' | 'part' } | null>(null);

	readonly recording = $derived.by(() => recordingOf(this.#options.view(), this.#leave));
	/** The relay asks for a code, or for another one. */
	readonly asksForCode = $derived.by(() => {
		const { failure } = this.#options.view();
		return failure === 'code_needed' || failure === 'code_wrong';
	});
	/** What became of the recording that the person stopped in this talk. */
	readonly deleted = $derived.by(() =>
		this.recording === 'off' && this.#deleted?.talk === this.#options.view().talk ? this.#deleted.how : null
	);

	constructor(options: TermsOptions) {
		this.#options = options;
	}

	/** A code is kept on this device. */
	get hasCode(): boolean {
		return this.#code !== null;
	}
	/** Whether the person agrees; null where there is nothing that they could agree to, and nothing that they did. */
	get agrees(): boolean | null {
		return this.#leave === null && !this.#options.view().records ? null : this.#leave === 'yes';
	}

	/** Takes what this browser keeps. Call it once, in the browser. */
	recall(): void {
		this.#code = recallCode();
		this.draft = this.#code ?? '';
		this.#leave = recallLeave();
		this.#options.onRecording(this.#leave === 'yes');
	}

	/** What a press of Start brings along. */
	brought(): { readonly token?: string } {
		if (this.asksForCode && !isTooLong(this.draft)) keepCode((this.#code = readCode(this.draft)));
		return this.#code === null ? {} : { token: this.#code };
	}

	forgetCode(): void {
		keepCode((this.#code = null));
		this.draft = '';
	}

	answer(leave: 'yes' | 'no'): void {
		const view = this.#options.view();
		if (leave === 'yes') this.#begun = beginning(view);
		else if (this.recording === 'on') this.#deleted = { talk: view.talk, how: deletedOf(view, this.#begun) };
		this.#leave = leave;
		rememberLeave(leave);
		this.#options.onRecording(leave === 'yes');
	}
}
