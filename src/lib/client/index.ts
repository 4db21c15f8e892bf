/** Clients of both of Parley's protocols, for the browser and for Node. See README.md. */
export { audioOf, RealtimeClient } from './realtime-client.ts';
export { pagesOf, pauseOf, SessionClient, type SessionClientOptions } from './session-client.ts';
export type { ClientEnd, ClientState } from './connection.ts';
export type { ClientSocket, Connect } from './socket.ts';
export type { ClientOptions } from './wire-client.ts';
