import { fakeDaemon } from './fake-daemon.mjs';

/**
 * A daemon that serves watches by a script: the first one as the first function says, and so on.
 * Gives where it listens and the requests that it got.
 */
export async function fakeWatch(t, ...script) {
    const requests = [];
    const socketPath = await fakeDaemon(t, ({ url, headers }, response) => {
        const serve = script[requests.length];
        requests.push({ url, since: headers['last-event-id'], accept: headers.accept });
        // A short rest before coming back; the real daemon asks for a second.
        if (serve) serve(response, (text) => response.write(`retry: 1\n${text}`));
    });
    return { socketPath, requests };
}

export function entry(revision) {
    return { revision, at: '2026-01-01T00:00:00Z', origin: 'remote', changes: [{ path: 'a' }] };
}

/** An entry as it travels. */
export function change(revision) {
    return `event: change\nid: ${revision}\ndata: ${JSON.stringify(entry(revision))}\n\n`;
}
