/**
 * The service's published TypeScript client, as far as it is about settings, in what it sends and
 * what it makes of an answer: global fetch, no retry, no timeout, `${baseURL}/settings/user` and
 * `${baseURL}/settings/organization`, the token of setAuthToken(), a content type only with a body;
 * an error body is read only when its content type contains "application/json" in lower case, and
 * any 2xx is a success.
 */
export class ApiClient {
    #baseURL;
    #headers = {};

    constructor(baseURL) {
        this.#baseURL = baseURL;
    }

    setAuthToken = (token) => {
        if (token) this.#headers = { ...this.#headers, Authorization: `Bearer ${token}` };
    };

    getUserSettings = () => this.#ask('GET');
    updateUserSettings = (request) => this.#ask('POST', request);
    partialUpdateUserSettings = (request) => this.#ask('PUT', request);
    deleteUserSettingsKeys = (request) => this.#ask('DELETE', request);
    getOrganizationSettings = () => this.#ask('GET', null, 'organization');
    updateOrganizationSettings = (request) => this.#ask('POST', request, 'organization');
    partialUpdateOrganizationSettings = (request) => this.#ask('PUT', request, 'organization');
    deleteOrganizationSettingsKeys = (request) => this.#ask('DELETE', request, 'organization');

    async #ask(method, data, whose = 'user') {
        const body = data == null ? null : JSON.stringify(data);
        const type = body ? { 'Content-Type': 'application/json' } : {};
        const headers = { ...this.#headers, ...type };
        const url = `${this.#baseURL}/settings/${whose}`;
        const response = await fetch(url, { method, headers, body });
        const isJson = response.headers.get('content-type')?.includes('application/json');
        const text = response.ok || isJson ? await response.text() : '';
        const answer = text ? JSON.parse(text) : null;
        if (response.ok) return answer;
        throw new HttpError(response.status, response.statusText, answer);
    }
}

export class HttpError extends Error {
    constructor(status, statusText, data) {
        super(`HTTP Error ${status}: ${statusText}`);
        Object.assign(this, { name: 'HttpError', status, statusText, data });
    }
}
