import assert from 'node:assert/strict';

import { readFrames } from '../dist/event-stream.js';
import { test } from './support/test.mjs';

async function framesOf(...chunks) {
    const frames = [];
    for await (const frame of readFrames(given(chunks))) frames.push(frame);
    return frames;
}

async function* given(chunks) {
    yield* chunks;
}

test('a block is read up to its empty line', async () => {
    assert.deepEqual(await framesOf('event: change\nid: 7\ndata: {"a":1}\n\nid: 8\n\n'), [
        { event: 'change', id: '7', data: '{"a":1}' },
        { id: '8' },
    ]);
});

test('where the bytes are cut does not matter', async () => {
    const text = 'retry: 1000\r\nid: 1\r\n\r\nevent: change\nid: 2\ndata: {"a":"\u2028 \\n"}\n\n';
    const whole = [
        { retry: '1000', id: '1' },
        { event: 'change', id: '2', data: '{"a":"\u2028 \\n"}' },
    ];

    assert.deepEqual(await framesOf(text), whole);
    assert.deepEqual(await framesOf(...text), whole);
    for (let cut = 0; cut < text.length; ++cut)
        assert.deepEqual(await framesOf(text.slice(0, cut), text.slice(cut)), whole);
});

test('a block that breaks off is none', async () => {
    assert.deepEqual(await framesOf('id: 1\n\nevent: change\nid: 2\ndata: {}\n'), [{ id: '1' }]);
});

test('comments and unknown fields are passed over, lines of data are joined', async () => {
    assert.deepEqual(await framesOf(': alive\nid:5\nnew: x\ndata\ndata:  b: c\n\n'), [
        { id: '5', data: '\n b: c' },
    ]);
});

test('nothing is read ahead', async () => {
    const read = [];
    async function* source() {
        for (const id of [1, 2, 3]) {
            read.push(id);
            yield `id: ${id}\n\n`;
        }
    }
    const frames = readFrames(source());

    assert.deepEqual((await frames.next()).value, { id: '1' });
    assert.deepEqual(read, [1]);
});

test('a line may come in a thousand pieces', async () => {
    const piece = 'x'.repeat(65_536);
    async function* source() {
        yield 'data:';
        for (let count = 0; count < 1_000; ++count) yield piece;
        yield '\n\n';
    }

    const { value } = await readFrames(source()).next();

    assert.equal(value.data.length, 65_536_000);
});
