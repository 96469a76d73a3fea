// What a user gets who installs the package.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';

import { Daemon } from './support/daemon.mjs';
import { startEmulator } from './support/emulator.mjs';
import { installPackage, run, source } from './support/package.mjs';
import { test } from './support/test.mjs';

const readme = readFileSync(`${source}/README.md`, 'utf8');
/** Each snippet of the README, and what it prints there. */
const snippets = [...readme.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];

async function install(t, configuration) {
    const daemon = await Daemon.start(t, configuration);
    const project = await installPackage();
    const env = { ...process.env, SETTINGSD_SOCKET: daemon.socketPath };
    /** Runs a program of the project; gives what it prints. */
    const node = async (name, text) => {
        writeFileSync(`${project}/${name}`, text);
        return (await run(process.execPath, [name], { cwd: project, env, timeout: 60_000 })).stdout;
    };
    return { daemon, project, node };
}

function compile(project, files) {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'node16'];
    const words = [`${source}/node_modules/typescript/bin/tsc`, ...options, ...files];
    const compiling = run(process.execPath, words, { cwd: project });
    return compiling.catch(({ stdout }) => assert.fail(stdout));
}

test('import and require give one and the same library', async (t) => {
    const { node } = await install(t);
    const use = `
        const { user } = new FlashbackClient().settings;
        user.partialUpdate({ theme: 'dark' })
            .then(() => user.value('theme'))
            .then(console.log);
    `;

    assert.equal(
        await node('a.mjs', `import { FlashbackClient } from '@settingsd/client'; ${use}`),
        'dark\n',
    );
    assert.equal(
        await node('b.cjs', `const { FlashbackClient } = require('@settingsd/client'); ${use}`),
        'dark\n',
    );
    const same = `
        import { createRequire } from 'node:module';
        import * as imported from '@settingsd/client';
        const required = createRequire(import.meta.url)('@settingsd/client');
        const names = Object.keys(required);
        console.log(names.every((name) => imported[name] === required[name]), ...names.sort());
    `;
    assert.equal(await node('c.mjs', same), 'true ConnectionError FlashbackClient HttpError\n');
});

test('the types hold for import and for require', async (t) => {
    const { project } = await install(t);
    cpSync(`${source}/test/consumer`, project, { recursive: true });

    await compile(project, ['import.mts', 'require.cts']);
});

test('what the README shows works, and prints what it says', async (t) => {
    const { project, node } = await install(t, await startEmulator(t));
    assert.equal(snippets.length, readme.match(/```ts/g).length);

    snippets.forEach(([, code], index) => writeFileSync(`${project}/${index}.mts`, code));
    await compile(project, [...snippets.keys()].map((index) => `${index}.mts`));
    for (const [index, [, code, output]] of snippets.entries())
        assert.equal(anyStore(await node(`${index}.mjs`, code)), anyStore(output));
});

/** Each store has a random number of its own. */
function anyStore(text) {
    return text.replaceAll(/-[0-9a-f]{16}\b/g, '-…');
}

test('the package depends on nothing, and has the version of the daemon', async (t) => {
    const { daemon, project } = await install(t);
    const text = readFileSync(`${project}/node_modules/@settingsd/client/package.json`, 'utf8');
    const { dependencies, version } = JSON.parse(text);

    assert.equal(dependencies, undefined);
    assert.equal(version, (await daemon.ask('GET', '/v1/status')).version);
});
