// axios, on Node's http.

import { Agent } from 'node:http';

import axios from 'axios';

import { doAsTold } from './told.mjs';

const client = axios.create({
    baseURL: 'http://localhost',
    socketPath: process.env.SOCKET,
    httpAgent: new Agent({ keepAlive: true }),
    validateStatus: null,
});

await doAsTold({
    ask: async (method, url, body) => {
        const { status, data } = await client.request({ method, url, data: body && JSON.parse(body) });
        return [status, JSON.stringify(data)];
    },
    watch: async (url) => (await client.get(url, { responseType: 'stream' })).data,
});
