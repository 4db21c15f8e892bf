/** The floor for Node 20, the newest for which the registry has a build of uWebSockets.js. */
import '../../tests/faults/support/old-node.ts';
import './floor.ts';
