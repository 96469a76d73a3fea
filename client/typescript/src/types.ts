/** What a setting may hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A document of settings. */
export type Settings = { [name: string]: Json };

export interface CallOptions {
    /** Gives the call up, with the signal's reason: `AbortSignal.timeout(5_000)`. */
    signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
    /** Changes nothing, and fails with status 412, unless this is still the revision. */
    ifMatch?: number | undefined;
    /** Seconds to wait for the server to accept the edit. It is durable either way. */
    wait?: number | undefined;
}

export interface UpdateSettingsRequest {
    settings: object;
}

export interface DeleteSettingsRequest {
    /** Dotted paths; one that names nothing is passed over. */
    keys: string[];
}

export interface GetSettingsResponse<T extends object = Settings> {
    success: true;
    settings: T;
    /** Counts the changes of the document; what `ifMatch` takes. */
    revision: number;
}

export interface WriteResponse {
    success: true;
    message: string;
    /** The revision that has the edit on disk. */
    revision: number;
    /** After `wait`: whether the server has accepted the edit. */
    synced?: boolean;
    /** When not synced: what stands in the way. */
    reason?: string;
}
