import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';

import { ConnectionError, FlashbackClient } from '@settingsd/client';

import { defaultSocket } from '../dist/default-socket.js';
import { Daemon } from './support/daemon.mjs';
import { eventually } from './support/eventually.mjs';
import { fakeDaemon } from './support/fake-daemon.mjs';
import { temporaryFolder } from './support/folder.mjs';
import { test } from './support/test.mjs';

const saved = JSON.stringify({ success: true, message: 'saved', revision: 1 });

test('without a daemon the error says how to start one', async () => {
    const socketPath = `${temporaryFolder()}/socket`;
    const { user } = new FlashbackClient({ socketPath }).settings;

    await assert.rejects(user.get(), (error) => {
        assert(error instanceof ConnectionError);
        assert.equal(error.name, 'ConnectionError');
        assert.equal(error.socketPath, socketPath);
        assert.equal(error.cause.code, 'ENOENT');
        assert.match(error.message, /not running \(no socket at .*; start it with: systemctl/);
        return true;
    });
});

test('a daemon that was killed and started again is used again', async (t) => {
    const daemon = await Daemon.start(t);
    const { user } = new FlashbackClient(daemon).settings;
    await user.partialUpdate({ theme: 'dark' });

    await daemon.kill();
    await assert.rejects(user.get(), /not running \(nothing listens at /);
    await daemon.start();

    assert.equal(await user.value('theme'), 'dark');
});

test('a connection that went while it was idle costs no call', async (t) => {
    const socketPath = await fakeDaemon(t, onlyTheFirstOfEachConnection());
    const { user } = new FlashbackClient({ socketPath }).settings;
    await user.partialUpdate({ a: 1 });

    assert.equal((await user.partialUpdate({ a: 2 })).revision, 1);
});

test('an edit with a condition is not made again', async (t) => {
    const socketPath = await fakeDaemon(t, onlyTheFirstOfEachConnection());
    const { user } = new FlashbackClient({ socketPath }).settings;
    await user.partialUpdate({ a: 1 });

    await assert.rejects(user.partialUpdate({ a: 2 }, { ifMatch: 1 }), (error) => {
        assert(error instanceof ConnectionError);
        assert.match(error.message, /closed the connection without a whole answer/);
        return true;
    });
});

test('an edit of one setting is not made again', async (t) => {
    let puts = 0;
    const socketPath = await fakeDaemon(t, (request, response) => {
        if (request.method === 'GET') {
            response.statusCode = 404;
            return response.end('{}');
        }
        ++puts;
        request.socket.destroy();
    });
    const { user } = new FlashbackClient({ socketPath }).settings;

    await assert.rejects(
        user.edit('count', 0, (count) => count + 1),
        { name: 'ConnectionError', isUnknown: true },
    );
    assert.equal(puts, 1);
});

test('a write is unknown when it was sent and not answered, and only then', async (t) => {
    const closes = { socketPath: await fakeDaemon(t, ({ socket }) => socket.destroy()) };
    const nobody = { socketPath: `${temporaryFolder()}/socket` };
    const unknownOf = (options, call) =>
        call(new FlashbackClient(options).settings.user).then(assert.fail, (error) => {
            assert(error instanceof ConnectionError);
            assert.equal(/unknown whether it is saved: read it back/.test(error.message), error.isUnknown);
            return error.isUnknown;
        });
    const writes = [
        (user) => user.partialUpdate({ a: 1 }),
        (user) => user.update({ settings: {} }, { ifMatch: 1 }),
        (user) => user.assign([{ path: 'a' }]),
        (user) => user.delete({ keys: ['a'] }),
    ];

    for (const write of writes) {
        assert.equal(await unknownOf(closes, write), true);
        assert.equal(await unknownOf(nobody, write), false);
    }
    assert.equal(await unknownOf(closes, (user) => user.get()), false);
});

test('a write is unknown, too, when nobody is there to be asked again', async (t) => {
    const socketPath = `${temporaryFolder()}/socket`;
    const server = createServer((request, response) => {
        if (request.method === 'GET') return response.end(saved);
        rmSync(socketPath);
        request.socket.destroy();
    }).listen(socketPath);
    t.after(() => server.close());
    await once(server, 'listening');
    const { user } = new FlashbackClient({ socketPath }).settings;
    await user.get();

    await assert.rejects(user.partialUpdate({ a: 1 }), { name: 'ConnectionError', isUnknown: true });
});

test('a write is unknown when what answers is not the daemon', async (t) => {
    const page = '<html>Bad Gateway</html>';
    const answer = (status, body) => (_, response) => response.writeHead(status).end(body);
    const answers = [
        answer(200, 'not JSON'),
        answer(200, '[]'),
        answer(200, 'null'),
        answer(200, '{"success":true}'),
        answer(200, '{"success":false}'),
        answer(502, page),
        answer(503, page),
        answer(409, '{"message":"no"}'),
        ({ socket }) => socket.end('220 mail.example.org\r\n\r\n'),
    ];

    for (const handle of answers) {
        const socketPath = await fakeDaemon(t, handle);
        const { history, settings } = new FlashbackClient({ socketPath });
        const unknown = { name: 'ConnectionError', isUnknown: true };
        await assert.rejects(settings.user.partialUpdate({ a: 1 }), unknown);
        await assert.rejects(history.undo(), unknown);
    }
    const refuses = await fakeDaemon(t, answer(409, '{"success":false,"message":"no"}'));
    const { user } = new FlashbackClient({ socketPath: refuses }).settings;
    await assert.rejects(user.partialUpdate({ a: 1 }), { name: 'HttpError', status: 409 });
});

test('an interim answer is passed over', async (t) => {
    const socketPath = await fakeDaemon(t, (_, response) => {
        response.writeContinue();
        response.writeProcessing();
        response.end(saved);
    });
    const { user } = new FlashbackClient({ socketPath }).settings;

    assert.equal((await user.partialUpdate({ a: 1 })).revision, 1);
});

test('a tag that would end the header is not sent', async () => {
    const { user } = new FlashbackClient({ socketPath: `${temporaryFolder()}/socket` }).settings;

    for (const ifMatch of ['1", "2', '1\r\nX: y', 'a b', '\u00fc'])
        await assert.rejects(user.partialUpdate({ a: 1 }, { ifMatch }), TypeError);
});

test('calls that follow one another share a connection', async (t) => {
    const connections = new Set();
    const socketPath = await fakeDaemon(t, (request, response) => {
        connections.add(request.socket);
        response.end(saved);
    });
    const { user } = new FlashbackClient({ socketPath }).settings;

    for (let edit = 0; edit < 10; ++edit) await user.partialUpdate({ edit });

    assert.equal(connections.size, 1);
});

test('calls at once share a few connections', async (t) => {
    const connections = new Set();
    const socketPath = await fakeDaemon(t, (request, response) => {
        connections.add(request.socket);
        response.end(saved);
    });
    const { user } = new FlashbackClient({ socketPath }).settings;

    await Promise.all(Array.from({ length: 100 }, (_, edit) => user.partialUpdate({ edit })));

    assert(connections.size <= 8, `${connections.size} connections`);
});

test('calls that wait for the server hold up no other', async (t) => {
    const socketPath = await fakeDaemon(t, ({ headers }, response) => {
        if (headers.prefer !== 'wait=60') response.end(saved);
    });
    const { user } = new FlashbackClient({ socketPath }).settings;
    const { signal, abort } = abortable();
    const waiting = Array.from({ length: 50 }, () => user.partialUpdate({}, { wait: 60, signal }));

    assert.equal((await user.partialUpdate({ a: 1 })).revision, 1);

    abort();
    for (const call of waiting) await assert.rejects(call, { name: 'AbortError' });
});

test('a call ends with its signal, and says why', async (t) => {
    const socketPath = await fakeDaemon(t, () => undefined);
    const { user } = new FlashbackClient({ socketPath }).settings;
    const { signal, abort } = abortable();
    // More than there are connections, so some have yet to get one.
    const calls = Array.from({ length: 20 }, () => user.get({ signal }));

    abort(new Error('never mind'));

    for (const call of calls) await assert.rejects(call, /^Error: never mind$/);
    await assert.rejects(user.get({ signal }), /^Error: never mind$/);
    const late = user.get({ signal: AbortSignal.timeout(1) });
    await assert.rejects(late, { name: 'TimeoutError' });
});

test('a signal that outlives many calls is not held on to', async (t) => {
    const socketPath = await fakeDaemon(t, (_, response) => response.end(saved));
    const { user } = new FlashbackClient({ socketPath }).settings;
    const { signal } = abortable();
    const warnings = [];
    process.on('warning', (warning) => warnings.push(warning));

    await Promise.all(Array.from({ length: 50 }, () => user.get({ signal })));
    await user.get({ signal });

    const listeners = () => getEventListeners(signal, 'abort').length;
    await eventually('no listeners are left', () => listeners() === 0);
    assert.deepEqual(warnings, []);
});

test('what is no whole answer of a daemon is none', async (t) => {
    const answers = {
        '/v1/settings/html': (response) => response.end('<html>'),
        '/v1/settings/half': (response) => {
            response.writeHead(200, { 'Content-Length': 100 });
            response.write('{"success":', () => response.destroy());
        },
        '/v1/settings/noise': ({ socket }) => socket.end('220 mail.example.org\r\n\r\n'),
    };
    const socketPath = await fakeDaemon(t, ({ url }, response) => answers[url](response));
    const { user } = new FlashbackClient({ socketPath }).settings;

    for (const path of ['html', 'half', 'noise'])
        await assert.rejects(user.value(path), { name: 'ConnectionError', socketPath });
});

test('what cannot be sent is a TypeError', async () => {
    const { user } = new FlashbackClient({ socketPath: `${temporaryFolder()}/socket` }).settings;

    await assert.rejects(user.partialUpdate({ number: 1n }), TypeError);
});

test('the daemon is told which app it serves', async (t) => {
    const names = [];
    const socketPath = await fakeDaemon(t, ({ headers }, response) => {
        names.push(headers['user-agent']);
        response.end(saved);
    });

    await new FlashbackClient({ socketPath }).settings.user.get();
    await new FlashbackClient({ socketPath, appName: 'my-editor/2.1' }).settings.user.get();

    assert.match(names[0], /^settings-client-node\/\d+\.\d+\.\d+$/);
    assert.equal(names[1], 'my-editor/2.1');
});

test('the socket is where the environment says', () => {
    const places = [
        ['/nowhere/socket', '/nowhere/run', '/nowhere/socket'],
        ['', '/nowhere/run', '/nowhere/run/settingsd/socket'],
        ['', '', `/run/user/${process.getuid()}/settingsd/socket`],
        ['', 'nowhere/run', `/run/user/${process.getuid()}/settingsd/socket`],
    ];

    for (const [socket, runtime, socketPath] of places) {
        process.env.SETTINGSD_SOCKET = socket;
        process.env.XDG_RUNTIME_DIR = runtime;
        assert.equal(defaultSocket(), socketPath);
    }
});

function abortable() {
    const controller = new AbortController();
    return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}

/** A daemon that closes a connection when it is used a second time. */
function onlyTheFirstOfEachConnection() {
    const used = new Set();
    return ({ socket }, response) => {
        if (used.has(socket)) socket.destroy();
        else response.end(saved);
        used.add(socket);
    };
}
