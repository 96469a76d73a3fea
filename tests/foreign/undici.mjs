// undici, which is also what Node's fetch is made of.

import { Agent, fetch, request } from 'undici';

import { doAsTold } from './told.mjs';

const dispatcher = new Agent({ connections: 1, connect: { socketPath: process.env.SOCKET } });

await doAsTold({
    ask: async (method, path, body) => {
        const answer = await request(`http://localhost${path}`, { dispatcher, method, body });
        return [answer.statusCode, await answer.body.text()];
    },
    watch: async (path) => (await fetch(`http://localhost${path}`, { dispatcher })).body,
});
