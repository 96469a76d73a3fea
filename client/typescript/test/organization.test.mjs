// The settings of the organization, by this client and by the service's own.

import assert from 'node:assert/strict';

import { FlashbackClient, HttpError } from '@settingsd/client';

import { ApiClient, HttpError as ServiceError } from './support/api-client.mjs';
import { Daemon } from './support/daemon.mjs';
import { administer, startEmulator } from './support/emulator.mjs';
import { eventually } from './support/eventually.mjs';
import { forwardBytes } from './support/forwarder.mjs';
import { test } from './support/test.mjs';

const email = 'demo@flashback.tech';

/** A device of somebody in an organization. */
async function start(t, role = 'OWNER') {
    const configuration = await startEmulator(t);
    const steer = (method, path, body) => administer(configuration, method, path, body);
    await steer('PUT', `accounts/${email}`, { organization: 'acme', role });
    await steer('PUT', 'organizations/acme', { settings: { retention: { days: 30 } } });
    const daemon = await Daemon.start(t, configuration);
    const { settings, history } = new FlashbackClient(daemon);
    return { daemon, steer, history, ...settings };
}

test('the four calls reach the organization and nobody else', async (t) => {
    const { organization, user } = await start(t);

    const { age, ...first } = await organization.get();
    assert.deepEqual(first, {
        success: true,
        settings: { retention: { days: 30 } },
        stale: false,
    });
    assert(age >= 0 && age < 60);
    assert.deepEqual(await organization.partialUpdate({ theme: 'acme', old: 1 }), {
        success: true,
        message: 'Organization settings partially updated successfully',
    });
    assert.deepEqual(await organization.delete({ keys: ['old'] }), {
        success: true,
        message: 'Organization settings keys deleted successfully',
    });
    const merged = { retention: { days: 30 }, theme: 'acme' };
    assert.deepEqual((await organization.get()).settings, merged);
    assert.deepEqual(await organization.update({ settings: { theme: 'plain' } }), {
        success: true,
        message: 'Organization settings updated successfully',
    });
    assert.deepEqual((await organization.get()).settings, { theme: 'plain' });
    assert.deepEqual((await user.get()).settings, {});
});

test('who may not write is told so in the service’s words', async (t) => {
    const { organization } = await start(t, 'MEMBER');

    await assert.rejects(organization.partialUpdate({ theme: 'mine' }), (error) => {
        assert(error instanceof HttpError);
        assert.equal(error.status, 403);
        assert.equal(error.message, 'Insufficient permissions');
        return true;
    });
});

test('a write without a service is not sent later', async (t) => {
    const { organization, steer } = await start(t);
    await organization.get();
    await steer('PUT', 'online', false);

    await assert.rejects(organization.partialUpdate({ theme: 'late' }), (error) => {
        assert.equal(error.status, 503);
        assert.match(error.data.outcome, /^(unknown|not_sent)$/);
        return true;
    });
    assert.deepEqual((await organization.get()).settings, { retention: { days: 30 } });
});

test('the service’s own client makes its four calls', async (t) => {
    const { daemon, steer } = await start(t);
    const client = new ApiClient(await forwardBytes(t, daemon.socketPath));

    assert.equal(
        (await client.updateOrganizationSettings({ settings: { a: 1 } })).message,
        'Organization settings updated successfully',
    );
    await client.partialUpdateOrganizationSettings({ b: 2 });
    await client.deleteOrganizationSettingsKeys({ keys: ['a'] });
    const { success, settings, stale } = await client.getOrganizationSettings();
    assert.deepEqual({ success, settings, stale }, { success: true, settings: { b: 2 }, stale: false });
    await steer('PUT', `accounts/${email}`, {});
    await assert.rejects(client.partialUpdateOrganizationSettings({ b: 3 }), (error) => {
        assert(error instanceof ServiceError);
        assert.deepEqual([error.status, error.statusText], [404, 'Not Found']);
        assert.equal(error.data.message, 'User not associated with any organization');
        return true;
    });
});

test('its changes are told beside those of the user', async (t) => {
    const { daemon, organization, user, history, steer } = await start(t);
    const told = [];
    await organization.get();
    const controller = new AbortController();
    const { signal } = controller;
    const events = user.watch({ signal, since: 0, onOrganization: (one) => told.push(one) });
    // The first event proves that the watch stands.
    await user.partialUpdate({ first: 1 });
    const seen = [(await events.next()).value];
    const next = events.next();

    await steer('PUT', 'organizations/acme', { settings: { retention: { days: 90 } } });
    await daemon.ask('POST', '/v1/sync?wait=30');
    await eventually('the change is told', () => told.length === 1);
    await user.partialUpdate({ second: 2 });
    seen.push((await next).value);
    controller.abort();

    assert.deepEqual(
        seen.map(({ type, revision }) => [type, revision]),
        [
            ['change', 1],
            ['change', 2],
        ],
    );
    const { at, ...change } = told[0];
    const changes = [{ path: 'retention.days', old: 30, new: 90 }];
    assert.deepEqual(change, { origin: 'organization', changes });
    assert.deepEqual((await history.entries()).organization, [{ at, ...change }]);
    assert.equal((await history.entries({ path: 'first' })).organization, undefined);
});
