import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test's own, gone with the test. Short: a socket's path has 107 bytes. */
export function temporaryFolder(t) {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}
