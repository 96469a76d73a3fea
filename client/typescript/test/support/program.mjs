import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';

/** A real program as a process of its own, which ends with the test at the latest. */
export class Program {
    #child;

    /** Starts it; what it prints goes to the files. Throws when it is not to be had. */
    constructor(words, { output, errors }) {
        const options = { stdio: ['ignore', openSync(output, 'w'), openSync(errors, 'a')] };
        this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], options);
        this.ended = once(this.#child, 'exit');
    }

    get hasEnded() {
        return this.#child.exitCode !== null || this.#child.signalCode !== null;
    }

    /** Sends a signal and waits for the end. */
    async end(signal) {
        this.#child.kill(signal);
        await this.ended;
    }
}
