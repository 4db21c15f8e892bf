/** Everything that looks on at the sessions, and the routes that only the operator may ask. */
import type { SightSettings } from './config/sight.ts';
import { DEBUG_SESSIONS_PATH, SessionList } from './debug/session-list.ts';
import { operatorDoor } from './access/operator.ts';
import type { HttpRequest, HttpResponse } from './http/transport.ts';
import type { Log } from './log.ts';
import { METRICS_PATH, Metrics } from './metrics/metrics.ts';
import { checkFolder } from './recorder/folder.ts';
import { Recorder } from './recorder/recorder.ts';
import { watchAll } from './session/watch-all.ts';
import type { Watch } from './session/watcher.ts';
import { slowLog } from './slow-log.ts';
import { talkLog } from './talk-log.ts';

type Route = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

export interface Sight {
	readonly metrics: Metrics;
	/** For every session. */
	readonly watch: Watch;
	/** Whether those who agree are recorded. */
	readonly records: boolean;
	readonly routes: Readonly<Record<string, Route>>;
	/** Resolves when every recording is on the disk. Call it when the last session has ended. */
	close(): Promise<void>;
}

/** @throws StartError where RECORDINGS_DIR is of no use. */
export async function openSight(settings: SightSettings, log: Log): Promise<Sight> {
	const { operatorToken, recordings, logged } = settings;
	if (recordings.folder !== null) await checkFolder(recordings.folder);
	const metrics = new Metrics({ process: true });
	const list = new SessionList();
	const recorder =
		recordings.folder === null
			? null
			: new Recorder({
					folder: recordings.folder,
					maxBytes: recordings.maxBytes,
					log: log.child({ part: 'recorder' }),
					count: (by) => metrics.recordings(by),
					failed: () => metrics.recordingError()
				});
	const isLogged = logged.addresses || logged.transcripts;
	const refuse = operatorDoor(operatorToken);
	return {
		metrics,
		watch: watchAll([
			metrics,
			list,
			slowLog(log),
			...(recorder === null ? [] : [recorder]),
			...(isLogged ? [talkLog(log, logged)] : [])
		]),
		records: recorder !== null,
		routes: {
			[METRICS_PATH]: (request) => refuse(request) ?? metrics.respond(),
			[DEBUG_SESSIONS_PATH]: (request) => refuse(request) ?? list.respond()
		},
		async close() {
			metrics.close();
			await recorder?.close();
		}
	};
}
