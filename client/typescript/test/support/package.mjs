import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { temporaryFolder } from './folder.mjs';

export const run = promisify(execFile);
export const source = fileURLToPath(new URL('../..', import.meta.url));

/** The project of a user who installed what `npm pack` packs. */
export async function installPackage() {
    const project = temporaryFolder();
    const modules = `${project}/node_modules`;
    mkdirSync(`${modules}/@settingsd`, { recursive: true });
    const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
    const env = { ...process.env, npm_config_cache: `${project}/.npm` };
    const { stdout } = await run('npm', words, { cwd: source, env });
    await run('tar', ['-xzf', stdout.trim()], { cwd: project });
    await run('mv', ['package', `${modules}/@settingsd/client`], { cwd: project });
    symlinkSync(`${source}/node_modules/@types`, `${modules}/@types`);
    return project;
}
