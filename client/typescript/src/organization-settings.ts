import type { Call, Transport } from './transport';
import type {
    CallOptions,
    DeleteSettingsRequest,
    GetOrganizationSettingsResponse,
    OrganizationWriteResponse,
    Settings,
    UpdateSettingsRequest,
} from './types';

/**
 * The settings of the organization that the user is in. What the service gave last is read, also
 * offline; writes go on to the service at once, and fail when it cannot be reached. Calls throw as
 * those of `UserSettings` do: with status 404 where there is no organization, 403 for who may not
 * write, and 503 when the service was not reached, with an `outcome` in the error's `data`.
 */
export class OrganizationSettings {
    readonly #transport: Transport;

    constructor(transport: Transport) {
        this.#transport = transport;
    }

    /** The whole document, as the service had it `age` seconds ago. */
    async get<T extends object = Settings>({ signal }: CallOptions = {}): Promise<
        GetOrganizationSettingsResponse<T>
    > {
        const call: Call = { method: 'GET', path: '/settings/organization', patient: true, signal };
        const { headers, data } = await this.#transport.ask(call);
        return { ...(data as GetOrganizationSettingsResponse<T>), age: Number(headers.age ?? 0) };
    }

    /** Replaces everything. */
    update(
        request: UpdateSettingsRequest,
        options?: CallOptions,
    ): Promise<OrganizationWriteResponse> {
        return this.#write('POST', request, options);
    }

    /** Merges an object in, as the service does it. */
    partialUpdate(partial: object, options?: CallOptions): Promise<OrganizationWriteResponse> {
        return this.#write('PUT', partial, options);
    }

    /** Removes settings. */
    delete(
        request: DeleteSettingsRequest,
        options?: CallOptions,
    ): Promise<OrganizationWriteResponse> {
        return this.#write('DELETE', request, options);
    }

    async #write(
        method: Call['method'],
        body: object,
        { signal }: CallOptions = {},
    ): Promise<OrganizationWriteResponse> {
        const path = '/settings/organization';
        const call: Call = { method, path, body, once: true, patient: true, signal };
        return (await this.#transport.ask(call)).data as OrganizationWriteResponse;
    }
}
