/** `@rjweb/uws`, a build of uWebSockets.js for Node 16 to 20 that is on the registry, under the original's names. */
import uws from '@rjweb/uws';

const { closeSocket, getSocketPort, ...rest }: Record<string, unknown> = uws;
export default { ...rest, us_listen_socket_close: closeSocket, us_socket_local_port: getSocketPort };
