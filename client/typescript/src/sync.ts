import type { Transport } from './transport';
import type { CallOptions, Explanation, Status } from './types';

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

    /** Where one setting stands, by its dotted path, and what it waits for. */
    async explain(setting: string, { signal }: CallOptions = {}): Promise<Explanation> {
        const path = `/v1/explain?path=${encodeURIComponent(setting)}`;
        const { data } = await this.#transport.ask({ method: 'GET', path, signal });
        return data as Explanation;
    }
}
