// Compiled only: what the types promise to a module that imports.
import { ConnectionError, FlashbackClient, HttpError } from '@settingsd/client';
import type { Entry, FailureKind, Json, Settings, WaitsFor } from '@settingsd/client';
import type { WatchEvent, WriteResponse } from '@settingsd/client';

interface Preferences {
    theme: string;
    tabs: number;
}

const client = new FlashbackClient({ socketPath: '/run/socket', appName: 'my-editor/2.1' });
const { user } = client.settings;
const preferences: Preferences = { theme: 'dark', tabs: 4 };

const answer: WriteResponse = await user.partialUpdate(preferences, { wait: 5 });
const synced: boolean | undefined = answer.synced;
await user.update({ settings: preferences }, { ifMatch: answer.tag });
await user.delete({ keys: ['theme'] }, { signal: AbortSignal.timeout(5_000) });
await user.edit<number>('tabs', 4, (tabs) => tabs + 1);

const untyped: Settings = (await user.get()).settings;
const theme: Json | undefined = untyped['theme'];
const typed: Preferences = (await user.get<Preferences>()).settings;
const tabs: number = await user.value('tabs', 4);
const maybe: string | undefined = await user.value<string>('theme');

for await (const event of user.watch({ since: answer.tag, path: 'theme' })) {
    const either: WatchEvent = event;
    const revision: number = either.revision;
    if (event.type === 'reset') use(event.settings['theme']);
    else use(event satisfies Entry, event.changes[0]?.new, event.app?.name, revision);
    break;
}

const { waitsFor, lastError } = await client.sync.status({ signal: AbortSignal.timeout(5_000) });
const kind: FailureKind | undefined = lastError?.kind;
const waits: WaitsFor | null = (await client.sync.explain('theme')).waitsFor;
if (waitsFor === 'login') use(kind === 'untrusted', waits);

try {
    // @ts-expect-error: no such word
    use(waitsFor === 'logout');
    // @ts-expect-error: the service wants {settings: …}
    await user.update(preferences);
    // @ts-expect-error: an array
    await user.delete({ keys: 'theme' });
    // @ts-expect-error: a revision names no state of a store
    await user.partialUpdate({}, { ifMatch: answer.revision });
    // @ts-expect-error: there is no token to give
    new FlashbackClient({ accessToken: '' });
    // @ts-expect-error: there may be none
    const certain: string = await user.value<string>('theme');
    use(certain);
} catch (error) {
    if (error instanceof HttpError) use(error.status, error.statusText, error.data?.message);
    if (error instanceof ConnectionError) use(error.socketPath, error.isUnknown);
}

use(synced, theme, typed, tabs, maybe);

function use(..._: unknown[]): void {}
