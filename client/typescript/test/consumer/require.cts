// Compiled only: what the types promise to a module that requires.
import settingsd = require('@settingsd/client');

const { user }: { user: settingsd.UserSettings } = new settingsd.FlashbackClient().settings;

user.get().then(
    ({ settings }: settingsd.GetSettingsResponse) => settings['theme'],
    (error: unknown) => error instanceof settingsd.HttpError && error.data,
);
