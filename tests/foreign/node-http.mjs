// Node's own http.

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { doAsTold } from './told.mjs';

const socketPath = process.env.SOCKET;
const agent = new Agent({ keepAlive: true });

const open = (method, path, body) =>
    new Promise((resolve, reject) => {
        // To a DELETE Node does not add it, and what is sent without it is no body.
        const headers = body ? { 'Content-Length': Buffer.byteLength(body) } : {};
        request({ socketPath, agent, method, path: encodeURI(path), headers }, resolve)
            .on('error', reject)
            .end(body);
    });

await doAsTold({
    ask: async (...what) => {
        const response = await open(...what);
        return [response.statusCode, await text(response)];
    },
    watch: (path) => open('GET', path),
});
