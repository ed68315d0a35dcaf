import {
  databaseSetting,
  kind,
  type Loaded,
  loadSettings,
  type Settings,
  serviceSettings,
  setting,
} from '@kez-chat/runtime'
import { isHostPattern, knownHosts } from './sending/hosts.ts'
import { defaultSubject, isRealSubject } from './vapid/subject.ts'

const list = kind.text.transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

const counterpart = /^([a-z0-9.*-]+(?::\d{1,5})?)=(https?:\/\/[a-z0-9.:[\]-]+)$/

export const settings = {
  ...serviceSettings('push'),
  databaseUrl: databaseSetting,
  vapidKeysFile: setting({
    env: 'KEZ_VAPID_KEYS_FILE',
    flag: '--vapid-keys-file',
    description: 'File with the key pair that signs Web Pushes; made at the first start when there is none.',
    schema: kind.text,
    default: 'vapid.json',
    namesSecret: true,
  }),
  vapidSubject: setting({
    env: 'KEZ_VAPID_SUBJECT',
    flag: '--vapid-subject',
    description:
      'Where push services reach you: mailto:you@example.org or an https URL under a public name. Default: https://<server>.',
    schema: kind.text
      .refine(isRealSubject, 'must be a mailto: or https: URL under a public name, because push services refuse others')
      .optional(),
  }),
  pushHosts: setting({
    env: 'KEZ_PUSH_HOSTS',
    flag: '--push-hosts',
    description:
      'More push services that may be sent to, e.g. push.example.org or *.example.org, comma-separated, besides those of Mozilla, Google, Apple and Microsoft.',
    schema: list.refine((all) => all.every(isHostPattern), 'must be host names like push.example.org, comma-separated'),
    default: '',
  }),
  pushCounterparts: setting({
    env: 'KEZ_PUSH_COUNTERPARTS',
    flag: '--push-counterparts',
    description: 'For tests: push services that others stand in for, host=http://address:port, comma-separated.',
    schema: list
      .refine((all) => all.every((pair) => counterpart.test(pair)), 'must be host=http://address:port, comma-separated')
      .transform((all): Readonly<Record<string, string>> => Object.fromEntries(all.map((pair) => pair.split('=')))),
    default: '',
  }),
} satisfies Settings

export type PushConfig = Omit<Loaded<typeof settings>, 'databaseUrl'>

/** Besides the files that are read at the start: NATS seed, VAPID keys. */
export type PushSecrets = { readonly databaseUrl: string }

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: PushConfig; secrets: PushSecrets } => {
  const { databaseUrl, ...config } = loadSettings(settings, env)
  return { config: Object.freeze(config), secrets: Object.freeze({ databaseUrl }) }
}

export const subjectOf = ({ vapidSubject, server }: PushConfig): string => vapidSubject ?? defaultSubject(server)

export const allowedHosts = ({ pushHosts }: PushConfig): readonly string[] => [...knownHosts, ...pushHosts]
