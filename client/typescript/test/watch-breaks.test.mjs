// What becomes of a watch when its connection breaks, at points that only a fake daemon can choose.

import assert from 'node:assert/strict';
import { once } from 'node:events';

import { ConnectionError, FlashbackClient, HttpError } from '@settingsd/client';

import { fakeDaemon } from './support/fake-daemon.mjs';
import { change, entry, fakeWatch } from './support/fake-watch.mjs';
import { temporaryFolder } from './support/folder.mjs';
import { test } from './support/test.mjs';

/** Ends with the signal of the test, or of a controller. */
function watch({ signal }, socketPath, options) {
    return new FlashbackClient({ socketPath }).settings.user.watch({ signal, ...options });
}

async function take(events, count) {
    const taken = [];
    while (taken.length < count) taken.push((await events.next()).value);
    return taken;
}

test('a watch goes on after the last whole entry', async (t) => {
    const { socketPath, requests } = await fakeWatch(
        t,
        (response, send) => {
            send(`id: 5\n\n${change(6)}${change(7).slice(0, -1)}`);
            response.socket.end();
        },
        (response, send) => {
            send('id: 6\n\n: alive\nid: 6\n\n');
            response.end();
        },
        (_, send) => send(`id: 6\n\n${change(7)}${change(8)}`),
    );

    const events = await take(watch(t, socketPath), 3);

    const type = 'change';
    assert.deepEqual(events, [6, 7, 8].map((revision) => ({ type, id: `${revision}`, ...entry(revision) })));
    assert.deepEqual(
        requests.map(({ since }) => since),
        [undefined, '6', '6'],
    );
});

test('a connection that breaks after each entry costs none', async (t) => {
    const revisions = Array.from({ length: 20 }, (_, index) => index + 1);
    const serveOne = (revision) => (response, send) => {
        send(change(revision));
        response.end();
    };
    const { socketPath } = await fakeWatch(t, ...revisions.map(serveOne));

    const events = await take(watch(t, socketPath), revisions.length);

    assert.deepEqual(events.map(({ revision }) => revision), revisions);
});

test('a watch rests for a moment, whatever the stream asks for', async (t) => {
    for (const retry of ['0', 'nonsense', '', '-1']) {
        const times = [];
        const { socketPath } = await fakeWatch(
            t,
            (response) => response.end(`retry: ${retry}\n${change(1)}`, () => times.push(Date.now())),
            (response, send) => {
                times.push(Date.now());
                send(change(2));
            },
        );

        await take(watch(t, socketPath), 2);

        assert(times[1] - times[0] >= 90, `${times[1] - times[0]} ms after "retry: ${retry}"`);
    }
});

test('what the daemon said last is where a quiet watch goes on', async (t) => {
    const { socketPath, requests } = await fakeWatch(
        t,
        (response, send) => {
            send('id: 5\n\n');
            response.end(': alive\nid: 9\n\n');
        },
        (_, send) => send(change(10)),
    );

    await take(watch(t, socketPath, { since: 5 }), 1);

    assert.deepEqual(
        requests.map(({ since }) => since),
        ['5', '9'],
    );
});

test('a watch asks for what it was told to', async (t) => {
    const { socketPath, requests } = await fakeWatch(t, (_, send) => send(change(1)));

    await take(watch(t, socketPath, { since: 0, path: 'editor.a&b c' }), 1);

    const url = '/v1/watch?path=editor.a%26b%20c';
    assert.deepEqual(requests, [{ url, since: '0', accept: 'text/event-stream' }]);
});

test('a history that does not reach back is answered with the document', async (t) => {
    const reset = { revision: 57, settings: { theme: 'dark' } };
    const { socketPath } = await fakeWatch(t, (_, send) =>
        send(`id: 3\n\nevent: reset\nid: 57\ndata: ${JSON.stringify(reset)}\n\n${change(58)}`),
    );

    const events = await take(watch(t, socketPath, { since: 3 }), 2);

    assert.deepEqual(events, [
        { type: 'reset', id: '57', ...reset },
        { type: 'change', id: '58', ...entry(58) },
    ]);
});

test('what a later daemon may say besides is passed over', async (t) => {
    const { socketPath } = await fakeWatch(t, (_, send) =>
        send(`id: 3\n\nevent: weather\nid: 4\ndata: fair\n\n${change(5)}`),
    );

    assert.equal((await take(watch(t, socketPath), 1))[0].revision, 5);
});

test('a watch that cannot begin says why', async (t) => {
    const nowhere = `${temporaryFolder()}/socket`;
    const { socketPath } = await fakeWatch(t, refuse(400), refuse(503));

    await assert.rejects(watch(t, nowhere).next(), ConnectionError);
    await assert.rejects(watch(t, socketPath).next(), { name: 'HttpError', status: 400 });
    await assert.rejects(watch(t, socketPath).next(), { name: 'HttpError', status: 503 });
});

test('a watch that began outlasts an overloaded daemon, but not a refusal', async (t) => {
    const { socketPath, requests } = await fakeWatch(
        t,
        (response, send) => {
            send(change(1));
            response.end();
        },
        refuse(503),
        (response) => response.destroy(),
        (response, send) => {
            send(change(2));
            response.end();
        },
        refuse(404),
    );
    const events = watch(t, socketPath);

    assert.equal((await take(events, 2))[1].revision, 2);
    await assert.rejects(events.next(), (error) => error instanceof HttpError);
    assert.equal(requests.length, 5);
    assert.deepEqual(await events.next(), { done: true, value: undefined });
});

const over = { done: true, value: undefined };

test('a signal ends a watch that waits for an answer', async (t) => {
    const controller = new AbortController();
    const { socketPath } = await fakeWatch(t, () => controller.abort());

    assert.deepEqual(await watch(controller, socketPath).next(), over);
    assert.deepEqual(await watch(controller, socketPath).next(), over);
});

test('a signal ends a watch that waits for an edit', async (t) => {
    const controller = new AbortController();
    const { socketPath } = await fakeWatch(t, (_, send) => send(change(1)));
    const events = watch(controller, socketPath);
    await events.next();

    const next = events.next();
    controller.abort();

    assert.deepEqual(await next, over);
});

test('a signal ends a watch that rests before it comes back', async (t) => {
    const controller = new AbortController();
    const { socketPath, requests } = await fakeWatch(t, (response) => {
        response.end(`retry: 1000000\n${change(1)}`);
        response.on('close', () => roundTrips(t, 50).then(() => controller.abort()));
    });
    const events = watch(controller, socketPath);
    await events.next();

    assert.deepEqual(await events.next(), over);
    assert.equal(requests.length, 1);
});

test('after the signal nothing more is told', async (t) => {
    const controller = new AbortController();
    const { socketPath } = await fakeWatch(t, (_, send) => send(`${change(1)}${change(2)}`));
    const seen = [];

    for await (const { revision } of watch(controller, socketPath)) {
        seen.push(revision);
        controller.abort();
    }

    assert.deepEqual(seen, [1]);
});

test('leaving the loop hangs up', async (t) => {
    let hungUp;
    const { socketPath } = await fakeWatch(t, (response, send) => {
        hungUp = once(response, 'close');
        send(`${change(1)}${change(2)}`);
    });

    for await (const event of watch(t, socketPath)) {
        assert.equal(event.revision, 1);
        break;
    }

    await hungUp;
});

test('while the consumer is busy nothing is read', async (t) => {
    const revisions = 20_000;
    let sent = 0;
    const { socketPath } = await fakeWatch(t, (response) => {
        const send = () => {
            while (sent < revisions && response.write(change(++sent)));
            if (sent < revisions) response.once('drain', send);
        };
        send();
    });
    const events = watch(t, socketPath);
    const [first] = await take(events, 1);
    await roundTrips(t, 200);

    assert.equal(first.revision, 1);
    assert(sent < revisions / 2, `${sent} entries have left the daemon`);
    const rest = await take(events, revisions - 1);
    assert(rest.every(({ revision }, index) => revision === index + 2));
});

function refuse(status) {
    const body = JSON.stringify({ success: false, message: 'no' });
    return (response) => response.writeHead(status).end(body);
}

/** Time enough for whatever is on its way to arrive. */
async function roundTrips(t, count) {
    const socketPath = await fakeDaemon(t, (_, response) => response.end('{}'));
    const { user } = new FlashbackClient({ socketPath }).settings;
    while (count-- > 0) await user.get();
}
