/** The body of a refusal. */
export interface ErrorResponse {
    message?: string;
    [name: string]: unknown;
}

/** The daemon answered, and the answer is no. `message` says why, and what to do. */
export class HttpError extends Error {
    constructor(
        readonly status: number,
        readonly statusText: string,
        /** The answer's body, if that is JSON. */
        readonly data: ErrorResponse | null,
    ) {
        super(data?.message ?? `HTTP Error ${status}: ${statusText}`);
        this.name = 'HttpError';
    }
}
