import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { FlashbackClient } from '@settingsd/client';

import { Daemon } from './support/daemon.mjs';
import { startEmulator } from './support/emulator.mjs';
import { eventually } from './support/eventually.mjs';
import { temporaryFolder } from './support/folder.mjs';
import { test } from './support/test.mjs';

test('a program learns in one word what the sync waits for', async (t) => {
    const daemon = await Daemon.start(t);
    const { settings, sync } = new FlashbackClient(daemon);
    await settings.user.partialUpdate({ theme: 'dark' }, { wait: 60 });

    const status = await sync.status();
    assert.equal(status.state, 'held');
    assert.equal(status.waitsFor, 'login');
    assert.equal(status.pending, 1);
    const explanation = await sync.explain('theme');
    assert.equal(explanation.state, 'pending');
    assert.equal(explanation.waitsFor, 'login');
    assert.equal((await sync.explain('no such & thing')).state, 'absent');
});

test('a program learns in one word what failed', async (t) => {
    const token = `${temporaryFolder()}/token`;
    writeFileSync(token, 'a-token\n', { mode: 0o600 });
    const daemon = await Daemon.start(t, { 'credentials.token_file': token });
    const { sync } = new FlashbackClient(daemon);

    const failed = await eventually('a round fails', async () => (await sync.status()).lastError);

    assert.equal(failed.kind, 'offline');
    assert.match(failed.message, /./);
});

test('a program learns where the way to the service ends', async (t) => {
    const token = `${temporaryFolder()}/token`;
    writeFileSync(token, 'a-token\n', { mode: 0o600 });
    const { sync } = new FlashbackClient(
        await Daemon.start(t, { 'credentials.token_file': token }),
    );

    const walk = await sync.walk();

    assert.equal(walk.arrived, false);
    assert.equal(walk.steps.at(-1).step, walk.endedAt);
    assert.match(walk.steps.at(-1).advice, /./);
});

test('what is synced waits for nothing', async (t) => {
    const daemon = await Daemon.start(t, await startEmulator(t));
    const { settings, sync } = new FlashbackClient(daemon);
    await settings.user.partialUpdate({ theme: 'dark' }, { wait: 60 });

    assert.equal((await sync.explain('theme')).waitsFor, null);
});

test('a call can be given up', async (t) => {
    const { sync } = new FlashbackClient(await Daemon.start(t));

    await assert.rejects(sync.status({ signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(sync.explain('a', { signal: AbortSignal.abort() }), {
        name: 'AbortError',
    });
});
