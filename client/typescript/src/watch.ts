import { setTimeout as sleep } from 'node:timers/promises';

import { ConnectionError } from './connection-error';
import { readFrames, type Frame } from './event-stream';
import { HttpError } from './http-error';
import type { Call, Transport } from './transport';
import type { WatchEvent, WatchOptions } from './types';

const shortestRest = 100;
const longestRest = 30_000;

/**
 * Follows the settings. Goes on where it was when the connection breaks, for as long as it takes;
 * only the first attempt to connect fails.
 */
export async function* watch(
    transport: Transport,
    { since, path, onOrganization, signal }: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
    let cursor = since?.toString();
    let retry = 1_000;
    let failures: number | undefined;
    while (!signal?.aborted) {
        try {
            const stream = transport.stream(callFor(path, cursor, signal));
            for await (const frame of readFrames(stream)) {
                if (signal?.aborted) return;
                failures = 0;
                cursor = frame.id ?? cursor;
                if (/^\d+$/.test(frame.retry ?? '')) retry = Number(frame.retry);
                if (frame.event === 'organization' && frame.data !== undefined)
                    onOrganization?.(JSON.parse(frame.data));
                const event = eventOf(frame, cursor ?? '');
                if (event) yield event;
            }
        } catch (error) {
            if (signal?.aborted) return;
            if (failures === undefined || !passes(error)) throw error;
        }
        failures = (failures ?? 0) + 1;
        const wished = Math.max(retry, 2 * shortestRest) * 2 ** (failures - 1);
        await rest(Math.min(wished, longestRest), signal);
    }
}

function callFor(path: string | undefined, cursor: string | undefined, signal?: AbortSignal): Call {
    return {
        method: 'GET',
        path: path === undefined ? '/v1/watch' : `/v1/watch?path=${encodeURIComponent(path)}`,
        headers: {
            Accept: 'text/event-stream',
            ...(cursor !== undefined && { 'Last-Event-ID': cursor }),
        },
        signal,
    };
}

function eventOf({ event, data }: Frame, id: string): WatchEvent | undefined {
    if ((event !== 'change' && event !== 'reset') || data === undefined) return undefined;
    return { type: event, id, ...JSON.parse(data) };
}

/** Whether a failure is over sooner or later by itself. */
function passes(error: unknown): boolean {
    return error instanceof HttpError ? error.status >= 500 : error instanceof ConnectionError;
}

/** Waits for half of `limit` to all of it, at random: so watchers do not come back all at once. */
async function rest(limit: number, signal?: AbortSignal): Promise<void> {
    // An end by the signal is for the caller to see.
    await sleep(limit * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}
