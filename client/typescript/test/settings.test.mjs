import assert from 'node:assert/strict';

import { FlashbackClient, HttpError } from '@settingsd/client';

import { Daemon } from './support/daemon.mjs';
import { test } from './support/test.mjs';

async function startDaemon(t) {
    const daemon = await Daemon.start(t);
    return { daemon, client: new FlashbackClient({ socketPath: daemon.socketPath }) };
}

function withoutTag({ tag, ...answer }) {
    assert.match(tag, /./);
    return answer;
}

test('each call of the sample does what it does at the service', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;

    const message = 'User settings partially updated successfully';
    const { tag: other, ...first } = await user.partialUpdate({
        theme: 'light',
        notifications: { email: false },
    });
    assert.deepEqual(first, { success: true, message, revision: 1 });
    const { tag, ...second } = await user.partialUpdate({ notifications: { push: true } });
    assert.deepEqual(second, { success: true, message, revision: 2 });
    assert.notEqual(tag, other);
    assert.deepEqual(await user.get(), {
        success: true,
        settings: { theme: 'light', notifications: { email: false, push: true } },
        tag,
    });
    assert.deepEqual(withoutTag(await user.delete({ keys: ['theme', 'notifications.push'] })), {
        success: true,
        message: 'User settings keys deleted successfully',
        revision: 3,
    });
    assert.deepEqual((await user.get()).settings, { notifications: { email: false } });
    assert.deepEqual(withoutTag(await user.update({ settings: { timezone: 'UTC' } })), {
        success: true,
        message: 'User settings updated successfully',
        revision: 4,
    });
    assert.deepEqual((await user.get()).settings, { timezone: 'UTC' });
});

test('a value is written where it is read', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    await user.partialUpdate({ 'editor.fontSize': 12, tags: ['a'] });

    await user.assign([
        { path: 'editor.fontSize', value: 14 },
        { path: ['editor', 'tab.size'], value: 2 },
        { path: '/a.b', value: 1 },
    ]);

    assert.equal(await user.value('editor.fontSize'), 14);
    assert.equal(await user.value('/editor/tab.size'), 2);
    assert.equal(await user.value('/a.b'), 1);
    await assert.rejects(user.assign([{ path: 'tags.0', value: 'b' }]), { status: 409 });
    await user.assign([{ path: '/a.b' }]);
    assert.equal(await user.value('/a.b'), undefined);
});

test('what was answered survives a daemon that is killed', async (t) => {
    const { daemon, client } = await startDaemon(t);

    await client.settings.user.partialUpdate({ theme: 'dark' });
    await daemon.restart();

    assert.deepEqual((await client.settings.user.get()).settings, { theme: 'dark' });
});

test('any JSON comes back as it was sent', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    const settings = {
        'name with "quotes", dots. and /': 'ünïcödé 🎛 \u2028 \u0000',
        list: [1, -0.5, 1e300, true, false, null, [], {}],
        '': { deep: { deeper: null } },
    };

    await user.update({ settings });

    assert.deepEqual((await user.get()).settings, settings);
});

test('value() gives one setting, or what stands in for it', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    await user.update({ settings: { editor: { tabs: 4, 'a/b?c#d e': null }, off: false } });

    assert.equal(await user.value('editor.tabs', 8), 4);
    assert.equal(await user.value('editor.a/b?c#d e', 'absent'), null);
    assert.equal(await user.value('off', true), false);
    assert.equal(await user.value('editor.spaces', 2), 2);
    assert.equal(await user.value('editor.spaces'), undefined);
    await assert.rejects(user.value('x'.repeat(20_000), 'absent'), { status: 431 });
});

test('a refusal has the shape of the service, and says what the daemon says', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;

    await assert.rejects(user.delete({ keys: [] }), (error) => {
        assert(error instanceof HttpError);
        assert.equal(error.name, 'HttpError');
        assert.equal(error.status, 400);
        assert.equal(error.statusText, 'Bad Request');
        assert.equal(error.data.success, false);
        assert.equal(error.message, error.data.message);
        assert.match(error.message, /Keys array is required and must not be empty/);
        return true;
    });
});

test('a body that the daemon does not want to read is refused with its reason', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    const settings = { large: 'x'.repeat(4_000_000) };

    await assert.rejects(user.update({ settings }), { name: 'HttpError', status: 413 });
    await user.partialUpdate({ small: true });
    await assert.rejects(user.update({ settings }), { name: 'HttpError', status: 413 });
});

test('ifMatch keeps an edit from going over one that it does not know', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    const { revision, tag: ifMatch } = await user.partialUpdate({ counter: 1 });

    const next = await user.partialUpdate({ counter: 2 }, { ifMatch });
    const stale = user.partialUpdate({ counter: 3 }, { ifMatch });

    assert.equal(next.revision, revision + 1);
    await assert.rejects(stale, { status: 412, statusText: 'Precondition Failed' });
    await assert.rejects(user.update({ settings: {} }, { ifMatch }), { status: 412 });
    const removal = user.delete({ keys: ['counter'] }, { ifMatch });
    await assert.rejects(removal, { status: 412 });
    assert.equal(await user.value('counter'), 2);
});

test('one setting is edited in a step that nobody comes between', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    const countUp = () => user.edit('clock.hours', 0, (hours) => hours + 1);

    assert.equal((await countUp()).revision, 1, 'on an empty store');
    await Promise.all(Array.from({ length: 9 }, countUp));
    assert.equal(await user.value('clock.hours'), 10);

    await user.edit('tags', [], (tags) => [...tags, 'work']);
    assert.deepEqual(await user.value('tags'), ['work']);
    await assert.rejects(user.edit('tags.first', '', () => 'home'), { status: 409 });
    await assert.rejects(
        user.edit('tags', [], () => assert.fail('no')),
        { message: 'no' },
    );
    assert.deepEqual(await user.value('tags'), ['work']);
});

test('an edit of one setting is not disturbed by edits of others', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    await user.update({ settings: { editor: { tabs: 4, old: true }, other: 0 } });
    let runs = 0;

    const { tag, revision } = await user.edit('editor', {}, async ({ old, ...editor }) => {
        await user.partialUpdate({ other: ++runs });
        return { ...editor, tabs: 8 };
    });

    assert.equal(runs, 1);
    assert.equal(revision, 3);
    assert.deepEqual(await user.get(), {
        success: true,
        settings: { editor: { tabs: 8 }, other: 1 },
        tag,
    });
});

test('an edit of one setting begins anew when that setting changed', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;
    let runs = 0;

    await user.edit('count', 0, async (count) => {
        if (++runs === 1) await user.partialUpdate({ count: 40 });
        return count + 1;
    });

    assert.equal(runs, 2);
    assert.equal(await user.value('count'), 41);
});

test('a value that counts for nothing in JavaScript is one', async (t) => {
    const { user } = (await startDaemon(t)).client.settings;

    for (const value of [null, 0, '', false]) {
        await user.edit('value', 1, () => value);
        assert.equal(await user.value('value', 'absent'), value);
    }
});

test('a thousand edits at once are all made', async (t) => {
    const { client } = await startDaemon(t);
    const numbers = Array.from({ length: 1_000 }, (_, number) => number);

    const answers = await Promise.all(
        numbers.map((number) => client.settings.user.partialUpdate({ [`key${number}`]: number })),
    );

    const revisions = answers.map(({ revision }) => revision);
    assert.equal(new Set(revisions).size, 1_000);
    const { settings } = await client.settings.user.get();
    assert.equal((await client.sync.status()).revision, Math.max(...revisions));
    assert.deepEqual(
        settings,
        Object.fromEntries(numbers.map((number) => [`key${number}`, number])),
    );
});
