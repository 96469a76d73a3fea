import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is good, and gives it. Throws, naming the promise, when it never is. */
export async function eventually(promise, probe) {
    const deadline = Date.now() + 30_000;
    for (;;) {
        const answer = await probe();
        if (answer) return answer;
        if (Date.now() > deadline) throw new Error(`not within 30 s: ${promise}`);
        await sleep(5);
    }
}
