/** The whole relay for Node 20, the newest for which the registry has a build of uWebSockets.js. */
import './old-node.ts';
import '../../../relay/main.ts';
