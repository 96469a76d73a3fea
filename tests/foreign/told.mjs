import { createInterface } from 'node:readline';

/**
 * Does what the standard input says (run.py): `ask(method, path, body)` gives status and body,
 * `watch(path)` the pieces of a stream.
 */
export async function doAsTold({ ask, watch }) {
    const answer = async (...what) => process.stdout.write(`${(await ask(...what)).join(' ')}\n`);
    for await (const line of createInterface({ input: process.stdin })) {
        const [, method, path, body] = /^(\S+) (\S+)(?: (.*))?$/.exec(line);
        if (method === 'WATCH')
            for await (const piece of await watch(path)) process.stdout.write(piece);
        else if (method === 'AGAIN') for (let n = 0; n < 3; n++) await answer('GET', path);
        else await answer(method, path, body);
    }
}
