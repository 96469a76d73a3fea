import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import { ConnectionError, FlashbackClient } from '@settingsd/client';

import { Daemon } from './support/daemon.mjs';
import { eventually } from './support/eventually.mjs';
import { test } from './support/test.mjs';

async function startDaemon(t) {
    const daemon = await Daemon.start(t);
    const { user } = new FlashbackClient(daemon).settings;
    // A watch is to end with its test.
    return { daemon, user, signal: t.signal };
}

/** What comes up to a revision. */
async function upTo(last, events) {
    const seen = [];
    for await (const event of events) {
        seen.push(event);
        if (event.revision >= last) return seen;
    }
    return seen;
}

test('an edit is told with its app and its values', async (t) => {
    const { daemon, user, signal } = await startDaemon(t);
    const editor = new FlashbackClient({ ...daemon, appName: 'my-editor/2.1' }).settings.user;
    await user.partialUpdate({ theme: 'dark', 'dotted.name': { a: 1 } });
    const { tag } = await user.get();

    const events = user.watch({ signal, since: tag });
    await editor.update({ settings: { theme: 'light', 'dotted.name': {} } });
    const { value } = await events.next();

    const { at, app, id, ...rest } = value;
    assert.equal(id, (await user.get()).tag);
    assert.deepEqual(rest, {
        type: 'change',
        revision: 2,
        origin: 'app',
        changes: [
            { path: 'dotted.name.a', names: ['dotted.name', 'a'], old: 1 },
            { path: 'theme', old: 'dark', new: 'light' },
        ],
    });
    assert(Math.abs(Date.parse(at) - Date.now()) < 60_000);
    assert.equal(app.name, 'my-editor/2.1');
    assert.equal(app.pid, process.pid);
    assert.equal(app.uid, process.getuid());
});

test('a watch without a cursor begins with what comes', async (t) => {
    const { user, signal } = await startDaemon(t);
    await user.partialUpdate({ before: true });
    const begun = user.watch({ signal });
    const first = begun.next();

    // Whether the watch had begun when an edit was made shows only by its being told.
    for (let edit = 0, told; !told; ++edit) {
        await user.partialUpdate({ edit });
        told = await Promise.race([first, turn()]);
    }

    const { value } = await first;
    assert(value.revision > 1);
    assert.equal(value.changes[0].path, 'edit');
});

test('a watch of one setting is told of nothing else', async (t) => {
    const { user, signal } = await startDaemon(t);
    await user.partialUpdate({ editor: { tabs: 4, font: 'mono' } });
    await user.partialUpdate({ theme: 'dark' });
    await user.update({ settings: { editor: { tabs: 8 } } });
    await user.delete({ keys: ['editor'] });

    const seen = await upTo(4, user.watch({ signal, since: 0, path: 'editor.tabs' }));

    assert.deepEqual(
        seen.map(({ revision, changes }) => ({ revision, changes })),
        [
            { revision: 1, changes: [{ path: 'editor.tabs', new: 4 }] },
            { revision: 3, changes: [{ path: 'editor.tabs', old: 4, new: 8 }] },
            { revision: 4, changes: [{ path: 'editor.tabs', old: 8 }] },
        ],
    );
});

test('who comes with a history that is not this one gets the document', async (t) => {
    const { user, signal } = await startDaemon(t);
    await user.partialUpdate({ theme: 'dark' });

    const events = user.watch({ signal, since: 1_000 });
    const { value: reset } = await events.next();
    const { tag: id } = await user.get();
    await user.partialUpdate({ theme: 'light' });
    const { value: change } = await events.next();

    assert.deepEqual(reset, { type: 'reset', id, revision: 1, settings: { theme: 'dark' } });
    assert.equal(change.type, 'change');
    assert.equal(change.revision, 2);
});

test('a daemon that is killed again and again costs no edit, and repeats none', async (t) => {
    const { daemon, user, signal } = await startDaemon(t);
    const edits = 300;
    const watched = upTo(edits, user.watch({ signal, since: 0 }));
    let restarting = Promise.resolve();

    for (let number = 1; number <= edits; ++number) {
        if (number % 75 === 0) {
            await restarting;
            restarting = daemon.restart();
        }
        await insist(() => user.partialUpdate({ number }));
    }
    await restarting;

    const seen = await watched;
    const { entries } = await daemon.ask('GET', '/v1/journal?since=0&limit=1000');
    const type = 'change';
    assert.deepEqual(
        seen.map(({ id, ...event }) => event),
        entries.map((entry) => ({ type, ...entry })),
    );
    assert.equal(seen.at(-1).id, (await user.get()).tag);
    const numbers = Array.from({ length: edits }, (_, index) => index + 1);
    assert.deepEqual(seen.map(({ changes }) => changes[0].new), numbers);
});

/** Repeats an edit until a daemon has answered. */
function insist(edit) {
    return eventually('a daemon answers', () =>
        edit().catch((error) => {
            if (!(error instanceof ConnectionError)) throw error;
        }),
    );
}
