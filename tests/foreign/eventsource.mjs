// eventsource, the EventSource of browsers for Node. It only watches, and comes back by itself.

import { on, once } from 'node:events';

import { EventSource } from 'eventsource';
import { Agent, fetch } from 'undici';

import { doAsTold } from './told.mjs';

const dispatcher = new Agent({ connect: { socketPath: process.env.SOCKET } });

await doAsTold({
    watch: async function* (path) {
        const source = new EventSource(`http://localhost${path}`, {
            fetch: (url, init) => fetch(url, { ...init, dispatcher }),
        });
        const changes = on(source, 'change');
        await once(source, 'open');
        yield 'open\n';
        for await (const [{ data }] of changes) yield `data: ${data}\n`;
    },
});
