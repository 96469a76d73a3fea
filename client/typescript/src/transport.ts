import { setMaxListeners } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

import { ConnectionError } from './connection-error';
import { HttpError, type ErrorResponse } from './http-error';

export interface Call {
    method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
    path: string;
    headers?: OutgoingHttpHeaders;
    body?: unknown;
    signal?: AbortSignal | undefined;
    /** A second time it would do something else, so it is not sent again by itself. */
    once?: boolean;
    /** The member of the answer that is a number where it is understood. */
    expects?: string;
    /** Takes its time, so it has a connection of its own and holds up no other call. */
    patient?: boolean;
}

export interface Answer {
    headers: IncomingHttpHeaders;
    data: unknown;
}

/** HTTP to the daemon's socket: a few connections that are kept open, and one failure shape. */
export class Transport {
    readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

    constructor(
        readonly socketPath: string,
        readonly appName: string,
    ) {}

    /** Throws HttpError, ConnectionError, or the signal's reason. */
    async ask(call: Call): Promise<Answer> {
        try {
            const response = await this.#send(call);
            const data = JSON.parse(await text(response));
            if (!isUnderstood(data, call)) throw new Error('the answer is none of the daemon');
            return { headers: response.headers, data };
        } catch (error) {
            throw this.#explained(error, call);
        }
    }

    /** An answer's body as it comes; reads on only when asked. Throws as ask() does. */
    async *stream(call: Call): AsyncGenerator<string, void> {
        try {
            yield* (await this.#send({ ...call, patient: true })).setEncoding('utf8');
        } catch (error) {
            throw this.#explained(error, call);
        }
    }

    async #send(call: Call): Promise<IncomingMessage> {
        const response = await this.#exchange(call);
        const { statusCode = 0, statusMessage = '' } = response;
        if (statusCode < 400) return response;
        const answer = errorResponse(await text(response));
        // What stands between the two, as a proxy, does not know what became of a write.
        if (call.method !== 'GET' && !isOfDaemon(answer))
            throw new Error(`status ${statusCode}, by another than the daemon`);
        throw new HttpError(statusCode, statusMessage, answer);
    }

    /** Asks once more when a connection that was kept turns out to be closed. */
    async #exchange(call: Call): Promise<IncomingMessage> {
        const body =
            call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
        const request = this.#request(call, body, call.patient ? false : this.#agent);
        try {
            return await responseTo(request, body);
        } catch (error) {
            if (!request.reusedSocket || !hasClosed(error) || !isRepeatable(call)) throw error;
            return await this.#exchangeAgain(call, body);
        }
    }

    /** The first request may have been carried out, even if nobody is there any more. */
    async #exchangeAgain(call: Call, body: Buffer | undefined): Promise<IncomingMessage> {
        try {
            return await responseTo(this.#request(call, body, false), body);
        } catch (error) {
            throw Object.assign(error as Error, { wasSent: true });
        }
    }

    #request(call: Call, body: Buffer | undefined, agent: Agent | false): ClientRequest {
        const { method, path, signal } = call;
        const headers = {
            'User-Agent': this.appName,
            // Node gives a DELETE no length by itself, and then sends the body all the same.
            ...(body && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
            ...call.headers,
        };
        // As many calls as one likes may share a signal.
        if (signal) setMaxListeners(0, signal);
        const { socketPath } = this;
        return request({ socketPath, agent, method, path, headers, signal });
    }

    #explained(error: unknown, { method, signal }: Call): unknown {
        if (signal?.aborted) return signal.reason;
        // A TypeError tells of arguments that cannot be sent.
        if (error instanceof HttpError || error instanceof TypeError) return error;
        const cause = error as Error;
        return new ConnectionError(this.socketPath, cause, method !== 'GET' && maybeSent(cause));
    }
}

function responseTo(request: ClientRequest, body: Buffer | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
        request.on('response', resolve).on('error', reject).end(body);
    });
}

/** To ask again makes the same edit, but for a condition, which the first attempt may have met. */
function isRepeatable({ once, headers = {} }: Call): boolean {
    return !once && !('If-Match' in headers || 'If-None-Match' in headers);
}

/** The daemon closed a connection that had been idle, or has been started anew since. */
function hasClosed(error: unknown): boolean {
    return ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Whether a request that failed may have reached the daemon: but for one that had no connection. */
function maybeSent(error: NodeJS.ErrnoException & { wasSent?: boolean }): boolean {
    return error.wasSent === true || error.syscall !== 'connect';
}

/** Each answer of the daemon is an object that tells whether it is a success. */
function isOfDaemon(answer: unknown): answer is { success: boolean; [name: string]: unknown } {
    return typeof (answer as { success?: unknown } | null)?.success === 'boolean';
}

function isUnderstood(answer: unknown, { method, expects }: Call): boolean {
    if (method === 'GET') return true;
    return (
        isOfDaemon(answer) &&
        answer.success &&
        (expects === undefined || typeof answer[expects] === 'number')
    );
}

function errorResponse(body: string): ErrorResponse | null {
    try {
        return JSON.parse(body);
    } catch {
        return null;
    }
}
