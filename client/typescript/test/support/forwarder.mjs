import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { connect, createServer as createByteServer } from 'node:net';
import { pipeline } from 'node:stream';

/** From a TCP port to a Unix socket, byte by byte, as socat does it. */
export function forwardBytes(t, path) {
    return listen(
        t,
        createByteServer((client) => {
            const daemon = connect(path);
            pipeline(client, daemon, client, () => undefined);
        }),
    );
}

/** From a TCP port to a Unix socket, request by request, as a reverse proxy does it. */
export function forwardRequests(t, socketPath) {
    return listen(
        t,
        createHttpServer((request, response) => {
            const { method, url: path, headers } = request;
            const forwarded = httpRequest({ socketPath, method, path, headers }, (answer) => {
                response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
                pipeline(answer, response, () => undefined);
            });
            pipeline(request, forwarded, () => undefined);
        }),
    );
}

/** Gives the base URL. */
async function listen(t, server) {
    const sockets = new Set();
    server.on('connection', (socket) => sockets.add(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    t.after(() => {
        server.close();
        for (const socket of sockets) socket.destroy();
    });
    return `http://localhost:${server.address().port}`;
}
