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
    /** Counts the changes of the document; what `ifMatch` and `watch({ since })` take. */
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

/** One setting that changed. A missing `old` or `new` stands for "no value". */
export interface Change {
    /** Dotted. */
    path: string;
    /** The names of the path one by one, where one of them holds a dot itself. */
    names?: string[];
    old?: Json;
    new?: Json;
}

/** One edit, which was made as a whole. */
export interface Entry {
    revision: number;
    /** RFC 3339, in UTC. */
    at: string;
    /** An app's edit, an undo, an edit by another device, or what a damaged store was left with. */
    origin: 'app' | 'undo' | 'remote' | 'recovery';
    /** Who asked for it, as far as known. */
    app?: { pid?: number; uid?: number; executable?: string; name?: string };
    changes: Change[];
}

/** An edit; or, when the history does not reach back far enough, the whole document anew. */
export type WatchEvent =
    | ({ type: 'change' } & Entry)
    | { type: 'reset'; revision: number; settings: Settings };

export interface WatchOptions extends CallOptions {
    /** The revision after which to begin; without it, what is there when the watch begins. */
    since?: number | undefined;
    /** Only changes of this setting and of what is in it; a dotted path. */
    path?: string | undefined;
}
