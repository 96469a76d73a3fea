import assert from 'node:assert/strict';

import { FlashbackClient } from '@settingsd/client';

import { Daemon } from './support/daemon.mjs';
import { startEmulator } from './support/emulator.mjs';
import { test } from './support/test.mjs';

test('an edit can wait for the server', async (t) => {
    const daemon = await Daemon.start(t, await startEmulator(t));
    const { user } = new FlashbackClient(daemon).settings;

    const answer = await user.partialUpdate({ theme: 'dark' }, { wait: 60 });

    const { tag, ...rest } = answer;
    assert.equal(tag, (await user.get()).tag);
    assert.deepEqual(rest, {
        success: true,
        message: 'User settings partially updated successfully',
        revision: 1,
        synced: true,
    });
    assert.equal((await daemon.ask('GET', '/v1/status')).pending, 0);
    assert.equal((await user.update({ settings: { a: 1 } }, { wait: 60 })).synced, true);
    assert.equal((await user.delete({ keys: ['a'] }, { wait: 60 })).synced, true);
});

test('an edit that only a person can get to the server is told so at once', async (t) => {
    const daemon = await Daemon.start(t);
    const { user } = new FlashbackClient(daemon).settings;

    const answer = await user.partialUpdate({ theme: 'dark' }, { wait: 3_600 });

    assert.equal(answer.revision, 1);
    assert.equal(answer.synced, false);
    assert.match(answer.reason, /log ?in|token/);
});
