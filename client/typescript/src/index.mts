// The one for `import`. It shares the code with the one for `require`, so that an error is an
// instance of the same class whichever way a program got at it.
export { ConnectionError, FlashbackClient, HttpError } from './index.js';
export type * from './index.js';
