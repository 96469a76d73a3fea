/** No daemon answered, or not as one. */
export class ConnectionError extends Error {
    constructor(
        readonly socketPath: string,
        cause: Error,
        /**
         * Whether the daemon may have carried out what it was asked: a write was sent, and its answer
         * did not come. Read back what became of it. Else nothing was changed.
         */
        readonly isUnknown: boolean,
    ) {
        super(sentence(socketPath, cause) + (isUnknown ? unknown : ''), { cause });
        this.name = 'ConnectionError';
    }
}

const unknown = '; it is unknown whether it is saved: read it back';

const start = 'start it with: systemctl --user start settingsd';
const again = 'start it with: systemctl --user restart settingsd.socket';

function sentence(path: string, cause: NodeJS.ErrnoException): string {
    switch (cause.code) {
        case 'ENOENT':
            return `the daemon is not running (no socket at ${path}), or its socket was removed; ${again}`;
        case 'ECONNREFUSED':
            return `the daemon is not running (nothing listens at ${path}); ${start}`;
        case 'EACCES':
            return `no permission to use ${path}; only the user whose settings they are may`;
        case 'EAGAIN':
            return `the daemon is too busy to accept a connection at ${path}; try again`;
        case 'ECONNRESET':
        case 'EPIPE':
            return `the daemon closed the connection without a whole answer at ${path}`;
        default:
            return `no answer by the daemon at ${path}: ${cause.message}`;
    }
}
