import type { Call, Transport } from './transport';
import type { CallOptions, JournalOptions, JournalPage, UndoRequest, UndoResponse } from './types';

/** What was changed, when and by whom, and the way back. Calls throw as those of `UserSettings` do. */
export class History {
    readonly #transport: Transport;

    constructor(transport: Transport) {
        this.#transport = transport;
    }

    /** The newest entries, or the first ones after `since`; oldest first. */
    async entries({ signal, ...wanted }: JournalOptions = {}): Promise<JournalPage> {
        const query = new URLSearchParams();
        for (const [name, value] of Object.entries(wanted))
            if (value !== undefined) query.set(name, String(value));
        const call: Call = { method: 'GET', path: `/v1/journal?${query}`, signal };
        return (await this.#transport.ask(call)).data as JournalPage;
    }

    /** Puts old values back, as one edit: those of the newest edit, unless told otherwise. */
    async undo(request: UndoRequest = {}, { signal }: CallOptions = {}): Promise<UndoResponse> {
        const call: Call = { method: 'POST', path: '/v1/undo', body: request, once: true, expects: 'revision', signal };
        return (await this.#transport.ask(call)).data as UndoResponse;
    }
}
