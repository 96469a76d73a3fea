import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

import { HttpError } from './http-error';
import type { Call, Transport } from './transport';
import type {
    Assignment,
    CallOptions,
    DeleteSettingsRequest,
    GetSettingsResponse,
    Settings,
    UpdateSettingsRequest,
    WatchEvent,
    WatchOptions,
    WriteOptions,
    WriteResponse,
} from './types';
import { watch } from './watch';

/**
 * The settings of the user. Calls throw HttpError when the daemon refuses, ConnectionError when
 * none answers, and the signal's reason. A write that returns is durable.
 */
export class UserSettings {
    readonly #transport: Transport;

    constructor(transport: Transport) {
        this.#transport = transport;
    }

    /** The whole document. */
    async get<T extends object = Settings>(
        options: CallOptions = {},
    ): Promise<GetSettingsResponse<T>> {
        const call: Call = { method: 'GET', path: '/settings/user', signal: options.signal };
        const { headers, data } = await this.#transport.ask(call);
        return { ...(data as GetSettingsResponse<T>), tag: tagIn(headers) };
    }

    /** One setting by its path, or `fallback` if there is none. Does not check the type. */
    value<T>(path: string, fallback: T, options?: CallOptions): Promise<T>;
    value<T>(path: string): Promise<T | undefined>;
    async value(path: string, fallback?: unknown, options: CallOptions = {}): Promise<unknown> {
        const target = `/v1/settings/${encodeURIComponent(path)}`;
        const call: Call = { method: 'GET', path: target, signal: options.signal };
        try {
            return ((await this.#transport.ask(call)).data as { value: unknown }).value;
        } catch (error) {
            if (error instanceof HttpError && error.status === 404) return fallback;
            throw error;
        }
    }

    /** Replaces everything. */
    update(request: UpdateSettingsRequest, options?: WriteOptions): Promise<WriteResponse> {
        return this.#write('POST', request, options);
    }

    /** Merges an object in, object by object; arrays and null are values. */
    partialUpdate(partial: object, options?: WriteOptions): Promise<WriteResponse> {
        return this.#write('PUT', partial, options);
    }

    /** Puts values at their paths and removes some, in one step; each sees what those before it did. */
    assign(edits: Assignment[], options?: WriteOptions): Promise<WriteResponse> {
        return this.#write('PATCH', { edits }, options, '/v1/settings');
    }

    /** Removes settings. */
    delete(request: DeleteSettingsRequest, options?: WriteOptions): Promise<WriteResponse> {
        return this.#write('DELETE', request, options);
    }

    /**
     * Each edit from here on, by this app or another, once and in order. Connects when first asked,
     * and throws if that fails; resumes by itself whenever the connection breaks later. Ends with
     * the signal, or with `break`. Reads on only when asked.
     */
    watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
        return watch(this.#transport, options);
    }

    async #write(
        method: Call['method'],
        body: object,
        { ifMatch, wait, signal }: WriteOptions = {},
        path = '/settings/user',
    ): Promise<WriteResponse> {
        const headers: OutgoingHttpHeaders = {};
        if (ifMatch !== undefined) headers['If-Match'] = `"${ifMatch}"`;
        if (wait !== undefined) headers['Prefer'] = `wait=${wait}`;
        const patient = wait !== undefined;
        const call: Call = { method, path, headers, body, signal, patient };
        const { headers: told, data } = await this.#transport.ask(call);
        return { ...(data as WriteResponse), tag: tagIn(told) };
    }
}

/** The ETag without its quotes. */
function tagIn({ etag }: IncomingHttpHeaders): string {
    return etag?.slice(1, -1) ?? '';
}
