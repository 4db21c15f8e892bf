/** The uWebSockets.js transport as a process of its own: prints its port, stops when its standard input ends. */
import { chooseTransport } from '../../relay/http/transports.ts';
import { silentLog } from '../../relay/log.ts';
import { LIMITS } from './limits.ts';
import { createProbeApp } from './probe-app.ts';

const transport = await chooseTransport('uws', silentLog, () => import('./uws-for-old-node.ts'));
const listening = await transport.listen(createProbeApp(), { host: '127.0.0.1', port: 0, ...LIMITS });
process.stdout.write(`${JSON.stringify({ port: listening.port, transport: transport.name })}\n`);
process.stdin.resume();
process.stdin.once('end', () => void listening.close().then(() => process.exit(0)));
