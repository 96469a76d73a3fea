import type { Call, Transport } from './transport';
import type { CallOptions, Explanation, Status, SyncOptions, SyncOutcome, Walk } from './types';

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

    /**
     * Asks for a sync now. With `wait` it answers once everything that was pending is at the service,
     * after so many seconds, or when only a person can help.
     */
    async now({ wait, signal }: SyncOptions = {}): Promise<SyncOutcome> {
        const path = wait === undefined ? '/v1/sync' : `/v1/sync?wait=${wait}`;
        const call: Call = { method: 'POST', path, signal, patient: wait !== undefined };
        return (await this.#transport.ask(call)).data as SyncOutcome;
    }

    /** Edits stay on this machine until resume(), also across restarts. */
    async pause({ signal }: CallOptions = {}): Promise<void> {
        await this.#transport.ask({ method: 'POST', path: '/v1/pause', signal });
    }

    async resume({ signal }: CallOptions = {}): Promise<void> {
        await this.#transport.ask({ method: 'POST', path: '/v1/resume', signal });
    }

    /** Where one setting stands, by its dotted path, and what it waits for. */
    async explain(setting: string, { signal }: CallOptions = {}): Promise<Explanation> {
        const path = `/v1/explain?path=${encodeURIComponent(setting)}`;
        const { data } = await this.#transport.ask({ method: 'GET', path, signal });
        return data as Explanation;
    }
}
