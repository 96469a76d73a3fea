import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

import { eventually } from './eventually.mjs';
import { temporaryFolder } from './folder.mjs';
import { Program } from './program.mjs';

/** settingsd as a process of its own, with all of its files in one folder. */
export class Daemon {
    #program;
    #log;
    #config;

    /** Starts it for one test. `more` is dotted names of the configuration to values. */
    static async start(t, more = {}) {
        const daemon = new Daemon(temporaryFolder(), more);
        t.after(() => daemon.kill());
        await daemon.start();
        return daemon;
    }

    constructor(folder, more) {
        this.socketPath = `${folder}/run/socket`;
        this.#log = `${folder}/log`;
        this.#config = `${folder}/config.toml`;
        const lines = Object.entries({ ...configuration(folder), ...more }).map(
            ([name, value]) => `${name} = ${JSON.stringify(value)}\n`,
        );
        writeFileSync(this.#config, lines.join(''));
    }

    async start() {
        const words = [process.env.SETTINGSD, '--config', this.#config];
        this.#program = new Program(words, { output: this.#log, errors: this.#log });
        await eventually('settingsd serves', () => {
            if (this.#program.hasEnded) throw new Error(`settingsd ended:\n${this.log()}`);
            return this.ask('GET', '/v1/status').catch(() => false);
        });
    }

    /** kill -9. */
    async kill() {
        await this.#program.end('SIGKILL');
    }

    async restart() {
        await this.kill();
        await this.start();
    }

    log() {
        return readFileSync(this.#log, 'utf8');
    }

    /** A call past the client that is tested. */
    ask(method, path) {
        return new Promise((resolve, reject) => {
            request({ socketPath: this.socketPath, method, path }, (response) =>
                text(response).then((body) => resolve(JSON.parse(body)), reject),
            )
                .on('error', reject)
                .end();
        });
    }
}

/** Quick waits, as tests/system/support/daemon.cpp has them; and nothing to sync with. */
function configuration(folder) {
    return {
        'server.url': 'https://localhost:9',
        'store.directory': `${folder}/state`,
        'socket.path': `${folder}/run/socket`,
        'credentials.token_file': `${folder}/token`,
        'sync.debounce_seconds': 0.05,
        'sync.debounce_cap_seconds': 0.2,
        'sync.backoff_floor_seconds': 0.01,
        'sync.backoff_base_seconds': 0.05,
        'sync.backoff_cap_seconds': 0.1,
        'sync.budget_interval_seconds': 0.01,
        'log.level': 'debug',
    };
}
