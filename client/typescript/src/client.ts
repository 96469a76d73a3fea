import { defaultSocket } from './default-socket';
import { History } from './history';
import { OrganizationSettings } from './organization-settings';
import { Sync } from './sync';
import { Transport } from './transport';
import { UserSettings } from './user-settings';

const { version } = require('../package.json') as { version: string };

export interface ClientOptions {
    /** By default $SETTINGSD_SOCKET, else settingsd/socket in $XDG_RUNTIME_DIR. */
    socketPath?: string | undefined;
    /** Who makes the edits, for the history; sent as User-Agent. */
    appName?: string | undefined;
}

/** The service's client, at the daemon on this machine. Connects when first asked. */
export class FlashbackClient {
    readonly settings: {
        readonly user: UserSettings;
        readonly organization: OrganizationSettings;
    };
    readonly history: History;
    readonly sync: Sync;

    constructor({ socketPath, appName }: ClientOptions = {}) {
        const name = appName ?? `settings-client-node/${version}`;
        const transport = new Transport(socketPath ?? defaultSocket(), name);
        this.settings = {
            user: new UserSettings(transport),
            organization: new OrganizationSettings(transport),
        };
        this.history = new History(transport);
        this.sync = new Sync(transport);
    }
}
