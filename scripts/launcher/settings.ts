import { kind, type Settings, setting } from '@kez-chat/runtime'

/** What only the launcher needs to know; everything else is the services' own. */
export const launcherSettings = {
  dataDir: setting({
    env: 'KEZ_DATA_DIR',
    flag: '--data-dir',
    description: 'Where everything is kept: keys, messages, database, logs. Default: .kez beside the code.',
    schema: kind.optionalText,
  }),
  cacheDir: setting({
    env: 'KEZ_CACHE_DIR',
    flag: '--cache-dir',
    description: 'Where a fetched nats-server is kept. Default: ~/.cache/kez-chat.',
    schema: kind.optionalText,
  }),
  natsServerBin: setting({
    env: 'NATS_SERVER_BIN',
    flag: '--nats-server-bin',
    description: 'The nats-server program to run, instead of one found on PATH or fetched.',
    schema: kind.optionalText,
  }),
} satisfies Settings

/** Settings of several programs as one list, each variable once, in the order given. */
export const mergeSettings = (...lists: readonly Settings[]): Settings => {
  const merged: Settings = {}
  for (const settings of lists) for (const setting of Object.values(settings)) merged[setting.env] ??= setting
  return merged
}
