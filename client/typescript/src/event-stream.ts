/** One block of a stream of Server-Sent Events, also one without data. */
export interface Frame {
    id?: string;
    event?: string;
    data?: string;
    retry?: string;
}

/** Parses Server-Sent Events. Reads on only when asked; a block that breaks off is none. */
export async function* readFrames(chunks: AsyncIterable<string>): AsyncGenerator<Frame, void> {
    let frame: Frame = {};
    for await (const line of readLines(chunks)) {
        if (line !== '') {
            addField(frame, line);
        } else {
            yield frame;
            frame = {};
        }
    }
}

function addField(frame: Frame, line: string): void {
    const name = line.split(':', 1)[0] ?? '';
    const value = line.slice(name.length + 1).replace(/^ /, '');
    if (name === 'data' && frame.data !== undefined) frame.data += `\n${value}`;
    else if (name === 'id' || name === 'event' || name === 'data' || name === 'retry')
        frame[name] = value;
}

// Not node:readline, for which U+2028 inside a JSON text ends a line.
async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
    let line = '';
    for await (const chunk of chunks) {
        const pieces = chunk.split('\n');
        const rest = pieces.pop() as string;
        for (const piece of pieces) {
            yield (line + piece).replace(/\r$/, '');
            line = '';
        }
        line += rest;
    }
}
