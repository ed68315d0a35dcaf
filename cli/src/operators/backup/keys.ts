import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Call, Options } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'

export const keyOptions: Options = {
  'vapid-keys-file': {
    value: 'path',
    about: 'as push has it in KEZ_VAPID_KEYS_FILE; that of npm start when left out',
  },
  'relay-key-file': {
    value: 'path',
    about: 'as relay-bridge has it in KEZ_RELAY_KEY_FILE; that of npm start when left out',
  },
}

export type ServerKey = { readonly name: string; readonly path: string; readonly what: string }

/**
 * The keys that others know a server by: devices have subscribed to pushes of the one, relays may have let in the other. All else
 * that is secret is made anew by any installation.
 */
export const serverKeys = ({ option, session: { env } }: Call, dataFolder: string): readonly ServerKey[] => [
  {
    name: 'vapid.json',
    path: option('vapid-keys-file') ?? (env.KEZ_VAPID_KEYS_FILE || join(dataFolder, 'keys', 'vapid.json')),
    what: 'the key of pushes (--vapid-keys-file)',
  },
  {
    name: 'relay-bridge.key',
    path: option('relay-key-file') ?? (env.KEZ_RELAY_KEY_FILE || join(dataFolder, 'keys', 'relay-bridge.key')),
    what: "the relay bridge's key (--relay-key-file)",
  },
]

/** @throws CliError `no_keys` naming the first that is missing */
export const refuseMissing = (keys: readonly ServerKey[]): void => {
  const missing = keys.find(({ path }) => !existsSync(path))
  if (missing)
    throw new CliError(EXIT.files, 'no_keys', `${missing.what} is not at ${missing.path}`, {
      hint: 'Name it, or leave both keys out with --without-keys: after a restore devices then have to be opened once before they are woken again.',
    })
}
