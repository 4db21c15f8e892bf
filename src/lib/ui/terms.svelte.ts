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
	#relay = $state.raw('');
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

	/** The relay that all of it is about, as an origin; '' before the page is alive. */
	get relay(): string {
		return this.#relay;
	}
	/** A code is kept on this device. */
	get hasCode(): boolean {
		return this.#code !== null;
	}
	/** Whether the person agrees; null where there is nothing that they could agree to, and nothing that they did. */
	get agrees(): boolean | null {
		return this.#leave === null && !this.#options.view().records ? null : this.#leave === 'yes';
	}

	/** Takes what this browser keeps for `relay`, an origin; from now on all of this is about that one. Not during a talk. */
	recall(relay: string): void {
		if (relay === this.#relay) return;
		this.#relay = relay;
		const code = recallCode(relay);
		this.#code = code;
		this.draft = code ?? '';
		this.#leave = recallLeave(relay);
		this.#options.onRecording(this.#leave === 'yes');
	}

	/** What a press of Start brings along. */
	brought(): { readonly token?: string } {
		if (this.asksForCode && !isTooLong(this.draft)) this.keepCode(readCode(this.draft));
		return this.#code === null ? {} : { token: this.#code };
	}

	/** With null it is forgotten. */
	keepCode(code: string | null): void {
		keepCode(this.#relay, (this.#code = code));
	}

	forgetCode(): void {
		this.keepCode(null);
		this.draft = '';
	}

	answer(leave: 'yes' | 'no'): void {
		const view = this.#options.view();
		if (leave === 'yes') this.#begun = beginning(view);
		else if (this.recording === 'on') this.#deleted = { talk: view.talk, how: deletedOf(view, this.#begun) };
		this.#leave = leave;
		rememberLeave(this.#relay, leave);
		this.#options.onRecording(leave === 'yes');
	}
}
