import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Gone at the very end: nobody writes to it any more by then.
const root = mkdtempSync(join(tmpdir(), 'settings-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

/** A folder of the test's own. Its name is short: a socket's path has 107 bytes at most. */
export function temporaryFolder() {
    return mkdtempSync(`${root}/`);
}
