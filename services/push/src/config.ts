import { kind, type Loaded, loadSettings, type Settings, serviceSettings, setting } from '@kez-chat/runtime'

export const settings = {
  ...serviceSettings('push'),
  vapidKeysFile: setting({
    env: 'KEZ_VAPID_KEYS_FILE',
    flag: '--vapid-keys-file',
    description: 'File with the key pair that signs Web Pushes; made at the first start when there is none.',
    schema: kind.text,
    default: 'vapid.json',
  }),
} satisfies Settings

export type PushConfig = Loaded<typeof settings>

/** The service's secrets are files (NATS seed, VAPID keys) that are read at the start. */
export type PushSecrets = Readonly<Record<string, never>>

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: PushConfig; secrets: PushSecrets } => ({
  config: loadSettings(settings, env),
  secrets: {},
})
