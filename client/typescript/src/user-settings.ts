import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { HttpError } from './http-error';
import type { Call, Transport } from './transport';
import type {
    Assignment,
    CallOptions,
    DeleteSettingsRequest,
    GetSettingsResponse,
    Json,
    Settings,
    UpdateSettingsRequest,
    WatchEvent,
    WatchOptions,
    WriteOptions,
    WriteResponse,
} from './types';
import { watch } from './watch';

const editAttempts = 100;
const longestPause = 200; // ms

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
        const seen = await this.#look(path, options);
        return seen ? seen.value : fallback;
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

    /**
     * Changes one setting in a step that nobody comes between: hands its value, or `fallback`, to
     * `change` and puts what that returns in its place; begins anew when another app changed this
     * setting meanwhile. Does not check the type.
     */
    async edit<T extends Json>(
        path: string,
        fallback: T,
        change: (value: T) => T | Promise<T>,
        options: CallOptions = {},
    ): Promise<WriteResponse> {
        for (let attempt = 1; ; ++attempt) {
            const seen = await this.#look(path, options);
            const value = await change(seen ? (seen.value as T) : fallback);
            const headers = seen ? { 'If-Match': seen.etag } : { 'If-None-Match': '*' };
            const { signal } = options;
            try {
                return await this.#send({
                    method: 'PUT',
                    path: targetOf(path),
                    headers,
                    body: value,
                    signal,
                });
            } catch (error) {
                const wasLate = error instanceof HttpError && error.status === 412;
                if (!wasLate || attempt === editAttempts) throw error;
            }
            // At random, so that each of those who edit at once has its turn.
            await sleep(Math.random() * Math.min(2 ** attempt, longestPause));
        }
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

    /** One setting with what names its value, if there is one. */
    async #look(
        path: string,
        { signal }: CallOptions,
    ): Promise<{ value: unknown; etag: string } | undefined> {
        try {
            const call: Call = { method: 'GET', path: targetOf(path), signal };
            const { headers, data } = await this.#transport.ask(call);
            return { value: (data as { value: unknown }).value, etag: headers.etag ?? '' };
        } catch (error) {
            if (error instanceof HttpError && error.status === 404) return undefined;
            throw error;
        }
    }

    async #write(
        method: Call['method'],
        body: object,
        { ifMatch, wait, signal }: WriteOptions = {},
        path = '/settings/user',
    ): Promise<WriteResponse> {
        const headers: OutgoingHttpHeaders = {};
        if (ifMatch !== undefined) headers['If-Match'] = quoted(ifMatch);
        if (wait !== undefined) headers['Prefer'] = `wait=${wait}`;
        const patient = wait !== undefined;
        return this.#send({ method, path, headers, body, signal, patient });
    }

    async #send(call: Call): Promise<WriteResponse> {
        const { headers, data } = await this.#transport.ask({ ...call, expects: 'revision' });
        // An answer about one value has that value's ETag, and names the document in its body.
        const answer = data as WriteResponse;
        return { ...answer, tag: answer.tag ?? tagIn(headers) };
    }
}

function targetOf(path: string): string {
    return `/v1/settings/${encodeURIComponent(path)}`;
}

/** A tag as a header has it; any other character would end it, or the line (RFC 9110, 8.8.3). */
function quoted(tag: string | number): string {
    if (!/^[!#-~]*$/.test(String(tag))) throw new TypeError(`${JSON.stringify(tag)} is no tag`);
    return `"${tag}"`;
}

/** The ETag without its quotes. */
function tagIn({ etag }: IncomingHttpHeaders): string {
    return etag?.slice(1, -1) ?? '';
}
