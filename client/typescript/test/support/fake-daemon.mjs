import { once } from 'node:events';
import { createServer } from 'node:http';

import { temporaryFolder } from './folder.mjs';

/** What the real daemon cannot be made to do: answers each request with `handle`. */
export async function fakeDaemon(t, handle) {
    const socketPath = `${temporaryFolder()}/socket`;
    const server = createServer(handle).listen(socketPath);
    await once(server, 'listening');
    t.after(() => {
        server.close();
        server.closeAllConnections();
    });
    return socketPath;
}
