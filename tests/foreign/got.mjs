// got, whose URLs have the socket's path before the request's.

import { Agent } from 'node:http';

import got from 'got';

import { doAsTold } from './told.mjs';

const client = got.extend({
    enableUnixSockets: true,
    agent: { http: new Agent({ keepAlive: true }) },
    throwHttpErrors: false,
});
const url = (path) => `http://unix:${process.env.SOCKET}:${path}`;

await doAsTold({
    ask: async (method, path, body) => {
        const answer = await client(url(path), { method, body });
        return [answer.statusCode, answer.body];
    },
    watch: (path) => client.stream(url(path)),
});
