import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';

import { eventually } from './eventually.mjs';
import { temporaryFolder } from './folder.mjs';
import { Program } from './program.mjs';

/** flashback-emulator: starts one, and gives what a daemon's configuration needs to use it. */
export async function startEmulator(t) {
    const folder = temporaryFolder();
    const output = `${folder}/announced`;
    const errors = `${folder}/log`;
    const words = ['--tls-dir', `${folder}/tls`, '--token-file', `${folder}/token`];
    const program = new Program([process.env.FLASHBACK_EMULATOR, ...words], { output, errors });
    t.after(() => program.end('SIGKILL'));
    const announced = await eventually('the emulator says where it serves', () => {
        if (program.hasEnded) throw new Error(`no emulator:\n${readFileSync(errors, 'utf8')}`);
        const line = readFileSync(output, 'utf8');
        return line.endsWith('\n') && line;
    });
    const { url, ca } = JSON.parse(announced);
    return {
        'server.url': url,
        'server.ca_file': ca,
        'credentials.token_file': `${folder}/token`,
    };
}

/** Steers the emulator of that configuration, as its page says; gives what it answers. */
export function administer(configuration, method, path, body) {
    const ca = readFileSync(configuration['server.ca_file']);
    const url = `${configuration['server.url']}/_emulator/${path}`;
    return new Promise((resolve, reject) => {
        request(url, { method, ca }, (response) => json(response).then(resolve, reject))
            .on('error', reject)
            .end(typeof body === 'string' ? body : JSON.stringify(body));
    });
}
