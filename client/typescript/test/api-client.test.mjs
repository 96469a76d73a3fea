// The service's own client has to work unchanged, through whatever brings HTTP to the socket.

import assert from 'node:assert/strict';

import { ApiClient, HttpError } from './support/api-client.mjs';
import { Daemon } from './support/daemon.mjs';
import { forwardBytes, forwardRequests } from './support/forwarder.mjs';
import { test } from './support/test.mjs';

const ways = { 'a byte pipe': forwardBytes, 'a reverse proxy': forwardRequests };

for (const [way, forward] of Object.entries(ways)) {
    const through = (promise, body) =>
        test(`through ${way}, ${promise}`, async (t) => {
            const { socketPath } = await Daemon.start(t);
            await body(await forward(t, socketPath));
        });

    through('every call answers as the service does', async (baseURL) => {
        await makesEveryCall(new ApiClient(baseURL));
    });

    through('a base URL may end in a slash', async (baseURL) => {
        await makesEveryCall(new ApiClient(`${baseURL}/`));
    });

    through('the host may be an address', async (baseURL) => {
        await makesEveryCall(new ApiClient(baseURL.replace('localhost', '127.0.0.1')));
    });

    through('a token is of no account, not even a bad one', async (baseURL) => {
        const client = new ApiClient(baseURL);
        for (const token of ['expired', `e30.${'x'.repeat(4_000)}.`, 'not a token at all']) {
            client.setAuthToken(token);
            await makesEveryCall(client);
        }
    });

    through('calls at once do not get in one another’s way', async (baseURL) => {
        const client = new ApiClient(`${baseURL}/`);
        const numbers = Array.from({ length: 100 }, (_, number) => number);
        const mixed = numbers.flatMap((number) => [
            client.partialUpdateUserSettings({ [`key${number}`]: number }),
            client.getUserSettings(),
            client.deleteUserSettingsKeys({ keys: ['absent'] }),
            assert.rejects(client.deleteUserSettingsKeys({ keys: [] }), { status: 400 }),
        ]);

        for (const answer of await Promise.all(mixed)) assert(!answer || answer.success);

        const { settings } = await client.getUserSettings();
        assert.deepEqual(
            settings,
            Object.fromEntries(numbers.map((number) => [`key${number}`, number])),
        );
    });

    through('a refusal has a status, a reason phrase and a JSON body', async (baseURL) => {
        const client = new ApiClient(baseURL);
        const refused = async (call, status, statusText, message) =>
            assert.rejects(call, (error) => {
                assert(error instanceof HttpError);
                assert.deepEqual([error.status, error.statusText], [status, statusText]);
                assert.equal(error.data.success, false);
                assert.match(error.data.message, message);
                return true;
            });

        const keys = /Keys array is required and must not be empty/;
        await refused(client.deleteUserSettingsKeys({ keys: [] }), 400, 'Bad Request', keys);
        await refused(client.updateUserSettings({ theme: 'dark' }), 400, 'Bad Request', /settings/);
        await refused(client.partialUpdateUserSettings([]), 400, 'Bad Request', /object/);
        await refused(client.partialUpdateUserSettings(deep(65)), 413, 'Payload Too Large', /64/);
        const elsewhere = new ApiClient(`${baseURL}/elsewhere`);
        await refused(elsewhere.getUserSettings(), 404, 'Not Found', /nothing is at/);
    });
}

async function makesEveryCall(client) {
    const answered = async (call, message) => {
        const answer = await call;
        assert.equal(answer.success, true);
        assert.equal(answer.message, message);
    };

    await answered(
        client.updateUserSettings({ settings: { theme: 'dark', notifications: { push: true } } }),
        'User settings updated successfully',
    );
    await answered(
        client.partialUpdateUserSettings({ theme: 'light', notifications: { email: false } }),
        'User settings partially updated successfully',
    );
    await answered(
        client.deleteUserSettingsKeys({ keys: ['notifications.push'] }),
        'User settings keys deleted successfully',
    );
    assert.deepEqual(await client.getUserSettings(), {
        success: true,
        settings: { theme: 'light', notifications: { email: false } },
    });
}

function deep(levels) {
    return levels === 1 ? {} : { a: deep(levels - 1) };
}
