/** What a setting may hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A document of settings. */
export type Settings = { [name: string]: Json };

export interface CallOptions {
    /** Gives the call up, with the signal's reason: `AbortSignal.timeout(5_000)`. */
    signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
    /** Changes nothing, and fails with status 412, unless this is still the document's `tag`. */
    ifMatch?: string | undefined;
    /** Seconds to wait for the server to accept the edit. It is durable either way. */
    wait?: number | undefined;
}

export interface UpdateSettingsRequest {
    settings: object;
}

export interface DeleteSettingsRequest {
    /** Paths; one that names nothing is passed over. */
    keys: string[];
}

/** A value for one path; without it, what is there is removed. */
export interface Assignment {
    /** Names joined by dots, or a JSON pointer like `/editor.fontSize`; or the names one by one. */
    path: string | string[];
    /** An object is merged into the one that is there. */
    value?: Json;
}

export interface GetSettingsResponse<T extends object = Settings> {
    success: true;
    settings: T;
    /** Names this state of the document: what `ifMatch` and `watch({ since })` take. */
    tag: string;
}

export interface WriteResponse {
    success: true;
    message: string;
    /** The revision that has the edit on disk. */
    revision: number;
    /** Names the state of the document with the edit. */
    tag: string;
    /** After `wait`: whether the server has accepted the edit. */
    synced?: boolean;
    /** When not synced: what stands in the way. */
    reason?: string;
}

export interface GetOrganizationSettingsResponse<T extends object = Settings> {
    success: true;
    settings: T;
    /** They could not be confirmed when that was due. */
    stale: boolean;
    /** Seconds since the service gave them. */
    age: number;
}

/** What the service answers. */
export interface OrganizationWriteResponse {
    success: true;
    message: string;
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
    /** Of an undo: the revisions that it took back, newest first. */
    undid?: number[];
    changes: Change[];
}

/** What became other settings of the organization between two looks at the service. */
export interface OrganizationChange {
    origin: 'organization';
    /** RFC 3339, in UTC: of the later look. */
    at: string;
    changes: Change[];
}

/**
 * An edit; or, when the history does not reach back far enough or is another one, the whole
 * document anew. From its `id` another watch goes on.
 */
export type WatchEvent =
    | ({ type: 'change'; id: string } & Entry)
    | { type: 'reset'; id: string; revision: number; settings: Settings };

export interface WatchOptions extends CallOptions {
    /**
     * Where to begin: after a `tag`, after the event with that `id`, or after a revision of the store
     * at hand. Without it, with what comes.
     */
    since?: string | number | undefined;
    /** Only changes of this setting and of what is in it, by its path. */
    path?: string | undefined;
    /**
     * Called with each change of the organization's settings that comes meanwhile, without `path`.
     * These are no events of the user's settings: one that comes while the connection is broken is
     * not told.
     */
    onOrganization?: ((change: OrganizationChange) => void) | undefined;
}

export interface JournalOptions extends CallOptions {
    /** Only what comes after this revision. */
    since?: number | undefined;
    /** 100 unless told, 1000 at most. */
    limit?: number | undefined;
    /** Only what concerns this setting, by its path. */
    path?: string | undefined;
}

export interface JournalPage {
    success: true;
    /** Oldest first. */
    entries: Entry[];
    /** The oldest entry that is kept: nothing was missed by a `since` that is not before it. */
    oldest: number;
    /** The newest entry there is. */
    revision: number;
    /** There are further ones: newer ones with `since`, older ones without. */
    more: boolean;
    /** The last changes of the organization's settings, oldest first; missing without any. */
    organization?: OrganizationChange[];
}

/** What to take back: the newest edit of an app here, unless one of these says otherwise. */
export interface UndoRequest {
    revision?: number;
    /** With `revision`: what the same app changed around it, within seconds, too. */
    burst?: boolean;
    /** RFC 3339: everything from that time on, by anyone. */
    since?: string;
    /** Also where a value was changed again since. */
    force?: boolean;
    /** Changes nothing, and tells what would be. */
    dryRun?: boolean;
}

export interface UndoResponse {
    success: true;
    message: string;
    revision: number;
    /** How many revisions were taken back. */
    undone: number;
    /** Their numbers, newest first. */
    undid: number[];
    changes: Change[];
}

// How the sync stands. Texts are for people and may change; programs go by the words, of which a newer
// daemon may have more. Each word is explained in docs/api.md.

export type SyncState = 'idle' | 'syncing' | 'waiting' | 'offline' | 'held' | 'paused';

/** What is waited for. */
export type WaitsFor =
    | 'due'
    | 'idle'
    | 'verify'
    | 'retry'
    | 'debounce'
    | 'backoff'
    | 'retry_after'
    | 'budget'
    | 'offline'
    | 'login'
    | 'review'
    | 'account'
    | 'stopped';

/** What failed. */
export type FailureKind =
    | 'offline'
    | 'barred'
    | 'untrusted'
    | 'unknown_outcome'
    | 'server_error'
    | 'impostor'
    | 'refused'
    | 'too_large'
    | 'unauthorized'
    | 'forbidden'
    | 'missing'
    | 'storage'
    | 'stranger';

/** A setting that the service will not take. */
export interface Rejected {
    key: string;
    /** The service's; 0 for a removal that is not asked for, as it could concern another setting. */
    status: number;
    message: string;
    at: string;
    refusals: number;
    retryInSeconds: number;
}

/** A document of the service that waits for a person. */
export type Review =
    /** One that would remove much here. */
    | {
          kind: 'removals';
          known: number;
          changed: number;
          removed: number;
          /** Names what is held; another document has another one. */
          tag: string;
          /** The top-level settings that can be decided about one by one; the first thousand. */
          keys: string[];
          /** The first few; a value that is long is left out, and one that would be gone. */
          differences: { path: string; here?: unknown; there?: unknown; gone?: true }[];
      }
    /** One without a past in common with this device's. */
    | {
          kind: 'first' | 'account' | 'server';
          differ: number;
          onlyThere: number;
          onlyHere: number;
          tag: string;
          keys: string[];
          /** The first few; a value that is long is left out. */
          differences: { path: string; here?: unknown; there?: unknown }[];
          /** The first few of those that only this device has. */
          onlyHerePaths: string[];
      };

export interface Status {
    success: true;
    state: SyncState;
    /** One sentence for a person. */
    summary: string;
    /** `null` while a request is under way, and while the sync is paused. */
    waitsFor: WaitsFor | null;
    revision: number;
    /** Settings that the service does not have yet, without those that it rejected. */
    pending: number;
    /** The keys of the first few of them. */
    pendingKeys: string[];
    rejected: Rejected[];
    /** Settings whose values at the service the daemon cannot read; it leaves them alone. */
    unreadable: { key: string; message: string }[];
    conflicts: number;
    /** A document of the service that a person has to decide on. */
    review: Review | null;
    /** What a person should know of the store: that it was salvaged or put back. Until dismissed. */
    notice: { at: string; message: string } | null;
    lastSuccess: string | null;
    lastError: { kind: FailureKind; message: string; at: string; failuresInARow: number } | null;
    nextAttempt: { inSeconds: number; reason: string } | null;
    server: string;
    /** Whose the token is that requests are made with. */
    account: {
        id: string | null;
        email: string | null;
        organization: { id: string; role: string | null } | null;
        since: string | null;
        method: 'password' | 'tokens' | 'file' | 'command';
        provider: 'LOCAL' | 'GOOGLE' | 'GITHUB' | 'MICROSOFT' | 'WEB3_STELLAR' | null;
        secondFactor: string | null;
    } | null;
    clockSkewSeconds: number | null;
    stateDirectory: string;
    allow: string[];
    allowRead: string[];
    version: string;
}

export interface SyncOptions extends CallOptions {
    /** Seconds, 3600 at most. */
    wait?: number | undefined;
}

export interface SyncOutcome {
    success: true;
    synced: boolean;
    revision: number;
    /** Values that were not kept, and wait for a person. */
    conflicts: number;
    /** What stands in the way. */
    reason: string;
}

/** The way from the daemon to the service, as it was just gone. */
export interface Walk {
    success: true;
    server: string;
    /** The service answered as it should. */
    arrived: boolean;
    /** The last step, where the service was not reached. */
    endedAt: WalkStep['step'] | null;
    /** About how the way was chosen. */
    warning: string | null;
    steps: WalkStep[];
}

export interface WalkStep {
    step:
        | 'name'
        | 'route'
        | 'connection'
        | 'proxy'
        | 'tls'
        | 'certificate'
        | 'login'
        | 'service';
    passed: boolean;
    milliseconds: number;
    /** What was found, or what is wrong. */
    message: string;
    /** What to do; empty where it passed. */
    advice: string;
}

export interface Explanation {
    success: true;
    path: string;
    state: 'synced' | 'pending' | 'sending' | 'rejected' | 'unreadable' | 'absent';
    /** `null` when this setting waits for nothing, or a request with it is under way. */
    waitsFor: WaitsFor | null;
    /** Sentences, from the edit to what it waits for. */
    because: string[];
    /** What would end the wait besides time; may be empty. */
    unblockedBy: string;
}
