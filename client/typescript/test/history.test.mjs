import assert from 'node:assert/strict';

import { ConnectionError, FlashbackClient, HttpError } from '@settingsd/client';

import { Daemon } from './support/daemon.mjs';
import { fakeDaemon } from './support/fake-daemon.mjs';
import { test } from './support/test.mjs';

test('a program reads who changed what, page by page', async (t) => {
    const { settings, history } = new FlashbackClient({
        ...(await Daemon.start(t)),
        appName: 'my-editor/2.1',
    });
    for (const theme of ['light', 'dark', 'blue']) await settings.user.partialUpdate({ theme });
    await settings.user.partialUpdate({ volume: 1 });

    const newest = await history.entries({ limit: 2 });
    assert.deepEqual(
        newest.entries.map(({ revision }) => revision),
        [3, 4],
    );
    assert.equal(newest.more, true);
    assert.equal(newest.entries[0].app.name, 'my-editor/2.1');
    assert.deepEqual(newest.entries[0].changes, [{ path: 'theme', old: 'dark', new: 'blue' }]);

    const next = await history.entries({ since: 1, path: 'theme' });
    assert.deepEqual(
        next.entries.map(({ revision }) => revision),
        [2, 3],
    );
    assert.equal(next.more, false);
    assert.equal((await history.entries()).revision, 4);
});

test('the path of a setting may have blanks and signs', async (t) => {
    const { settings, history } = new FlashbackClient(await Daemon.start(t));
    await settings.user.partialUpdate({ 'my app': { 'a+b&c': 1 } });
    await settings.user.partialUpdate({ theme: 'dark' });

    const { entries } = await history.entries({ path: 'my app.a+b&c' });

    assert.deepEqual(entries.map(({ revision }) => revision), [1]);
});

test('a program takes an edit back, and sees first what that would do', async (t) => {
    const { settings, history } = new FlashbackClient(await Daemon.start(t));
    await settings.user.partialUpdate({ theme: 'light' });
    await settings.user.partialUpdate({ theme: 'dark' });
    const change = { path: 'theme', old: 'dark', new: 'light' };

    assert.deepEqual((await history.undo({ dryRun: true })).changes, [change]);
    assert.equal(await settings.user.value('theme'), 'dark');

    const { undid, changes } = await history.undo();
    assert.deepEqual([undid, changes], [[2], [change]]);
    assert.equal(await settings.user.value('theme'), 'light');
    await assert.rejects(
        history.undo({ revision: 99 }),
        (error) => error instanceof HttpError && error.status === 404,
    );
});

test('an undo whose answer is lost is not sent again, which would take back one edit more', async (t) => {
    const asked = [];
    const socketPath = await fakeDaemon(t, (request, response) => {
        asked.push(`${request.method} ${request.url}`);
        if (request.method === 'GET') response.end('{"success":true,"entries":[]}');
        else request.socket.destroy();
    });
    const { history } = new FlashbackClient({ socketPath });
    await history.entries();

    await assert.rejects(
        history.undo(),
        (error) => error instanceof ConnectionError && error.isUnknown,
    );
    assert.deepEqual(asked, ['GET /v1/journal?', 'POST /v1/undo']);
});
