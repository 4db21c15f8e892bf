/** A short question to one instance over HTTP: the address is the instance's, Host and the name in TLS are the URL's. */
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { lookupOf, type Instance } from '../discovery/instance.ts';
import { wsToHttp } from '../config/urls.ts';
import { upstreamUrl } from './address.ts';
import { networkFailure, UpstreamError } from './failure.ts';

export interface Question {
	/** The route, behind the instance's own path. */
	readonly path: string;
	readonly headers?: OutgoingHttpHeaders;
	/** From the first packet to the end of the answer. */
	readonly timeoutMs: number;
	/** More of a body is not read: the rest is cut off, and the connection with it. 0: none is waited for. */
	readonly maxBytes: number;
}

export interface Answer {
	readonly status: number;
	/** At most `maxBytes` of it. */
	readonly body: string;
}

/**
 * GETs it. A redirect is an answer like any other: the key is for this server alone. Rejects with UpstreamError only,
 * never later than `timeoutMs`. The connection is closed afterwards.
 */
export function ask({ url, address }: Instance, question: Question): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const target = upstreamUrl(wsToHttp(url), question.path);
		const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
			headers: { ...question.headers },
			// Node's own agent goes through a proxy where there is one; an address has none before it.
			...(address === null ? {} : { agent: false, ...lookupOf(address) })
		});
		const over = (settle: () => void): void => {
			clearTimeout(timer);
			settle();
			request.destroy();
		};
		const timer = setTimeout(
			() => over(() => reject(new UpstreamError('timed_out', 'no answer in time'))),
			question.timeoutMs
		);
		request.on('error', (error) => over(() => reject(networkFailure(error))));
		request.on('response', (response) => {
			const parts: Buffer[] = [];
			let bytes = 0;
			const answer = (): void => {
				const body = Buffer.concat(parts).subarray(0, question.maxBytes).toString();
				over(() => resolve({ status: response.statusCode ?? 0, body }));
			};
			if (question.maxBytes === 0) return answer();
			response.on('data', (part: Buffer) => {
				parts.push(part);
				bytes += part.byteLength;
				if (bytes >= question.maxBytes) answer();
			});
			response.on('end', answer);
			response.on('error', (error) => over(() => reject(networkFailure(error))));
		});
		request.end();
	});
}
