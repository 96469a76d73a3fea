import type { Transport } from './transport';
import type { CallOptions, Explanation, Status, Walk } from './types';

/** How the sync with the service stands. Calls throw as those of `UserSettings` do. */
export class Sync {
    readonly #transport: Transport;

    constructor(transport: Transport) {
        this.#transport = transport;
    }

    /** All of it. */
    async status({ signal }: CallOptions = {}): Promise<Status> {
        const { data } = await this.#transport.ask({ method: 'GET', path: '/v1/status', signal });
        return data as Status;
    }

    /** Goes the way to the service once, and tells where it ends. May take a minute. */
    async walk({ signal }: CallOptions = {}): Promise<Walk> {
        const { data } = await this.#transport.ask({ method: 'POST', path: '/v1/walk', signal });
        return data as Walk;
    }

    /** Where one setting stands, by its dotted path, and what it waits for. */
    async explain(setting: string, { signal }: CallOptions = {}): Promise<Explanation> {
        const path = `/v1/explain?path=${encodeURIComponent(setting)}`;
        const { data } = await this.#transport.ask({ method: 'GET', path, signal });
        return data as Explanation;
    }
}
