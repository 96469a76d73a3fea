export { FlashbackClient, type ClientOptions } from './client';
export { ConnectionError } from './connection-error';
export { HttpError, type ErrorResponse } from './http-error';
export type { History } from './history';
export type { OrganizationSettings } from './organization-settings';
export type { Sync } from './sync';
export type * from './types';
export type { UserSettings } from './user-settings';
