import { test as nodeTest } from 'node:test';

/** A test of node:test that fails when it hangs, and then still cleans up. */
export function test(promise, body) {
    return nodeTest(promise, { timeout: 60_000 }, body);
}
