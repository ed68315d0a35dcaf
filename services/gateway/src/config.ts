import { BlockList, isIP } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  consumersSetting,
  joinCallersSetting,
  kind,
  type Loaded,
  loadSettings,
  mailboxSettings,
  registrationSetting,
  type Settings,
  serviceSettings,
  setting,
  streamSettings,
} from '@kez-chat/runtime'

const mebibyte = 1024 * 1024
const builtWebApp = fileURLToPath(new URL('../../../web/dist', import.meta.url))

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false
  new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return true
}

const list = kind.text.transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

export const settings = {
  ...serviceSettings('gateway'),
  ...mailboxSettings,
  bind: setting({
    env: 'KEZ_CHAT_BIND',
    flag: '--bind',
    description: 'Where people reach the server.',
    schema: kind.bind,
    default: '0.0.0.0:6969',
  }),
  webDir: setting({
    env: 'KEZ_CHAT_WEB_DIR',
    flag: '--web-dir',
    description: 'Folder with the built web app.',
    schema: kind.text,
    default: builtWebApp,
  }),
  sigServerUrl: setting({
    env: 'KEZ_CHAT_SIG_SERVER_URL',
    flag: '--sig-server-url',
    description: "The sigchain service that lookups point to. Default: this server's own.",
    schema: kind.httpUrl.optional(),
  }),
  trustedProxies: setting({
    env: 'KEZ_TRUSTED_PROXIES',
    flag: '--trusted-proxies',
    description: 'Addresses or networks (10.0.0.0/8, …) of proxies whose X-Forwarded-For is believed. Default: none.',
    schema: list.refine((all) => all.every(isNetwork), 'must be IP addresses or networks, comma-separated').optional(),
  }),
  cspConnect: setting({
    env: 'KEZ_CSP_CONNECT',
    flag: '--csp-connect',
    description: 'More origins that the web app may connect to, e.g. ws://localhost:7777. Default: any https and wss.',
    schema: list
      .refine(
        (all) => all.every((origin) => /^(https?|wss?):\/\/[a-z0-9.[\]:*-]{1,260}$/i.test(origin)),
        'must be origins like ws://localhost:7777, comma-separated',
      )
      .optional(),
  }),
  postRatePerMinute: setting({
    env: 'KEZ_POST_RATE_PER_MINUTE',
    flag: '--post-rate-per-minute',
    description: 'Messages one client address may post per minute.',
    schema: kind.whole(1, 1_000_000_000),
    default: '60',
    unit: 'per minute',
  }),
  postBurst: setting({
    env: 'KEZ_POST_BURST',
    flag: '--post-burst',
    description: 'Messages one client address may post at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '60',
    unit: 'messages',
  }),
  registration: registrationSetting,
  registerRatePerMinute: setting({
    env: 'KEZ_REGISTER_RATE_PER_MINUTE',
    flag: '--register-rate-per-minute',
    description: 'Registrations one client address may try per minute, and at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '60',
    unit: 'per minute',
  }),
  chainRatePerMinute: setting({
    env: 'KEZ_CHAIN_RATE_PER_MINUTE',
    flag: '--chain-rate-per-minute',
    description: 'Sigchain events one client address may append per minute, and at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '120',
    unit: 'per minute',
  }),
  chainReadRatePerMinute: setting({
    env: 'KEZ_CHAIN_READ_RATE_PER_MINUTE',
    flag: '--chain-read-rate-per-minute',
    description: 'Sigchains one client address may read per minute, and at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '600',
    unit: 'per minute',
  }),
  strangerChainBytes: setting({
    env: 'KEZ_STRANGER_CHAIN_BYTES',
    flag: '--stranger-chain-bytes',
    description: 'Bytes one client address may append per hour for keys that are not registered here.',
    schema: kind.whole(1, 1_000_000_000),
    default: String(mebibyte),
    unit: 'bytes an hour',
  }),
  inboxStreamBytes: streamSettings.inboxStreamBytes,
  tracesJoinCallers: joinCallersSetting,
  consumersPerPerson: consumersSetting,
  streamsPerPerson: setting({
    env: 'KEZ_STREAMS_PER_PERSON',
    flag: '--streams-per-person',
    description: 'Live inbox streams one person may have open at this gateway.',
    schema: kind.whole(1, 100_000),
    default: '16',
    unit: 'connections',
  }),
  relaySessions: setting({
    env: 'KEZ_RELAY_SESSIONS',
    flag: '--relay-sessions',
    description: 'Connections to the home relay that one gateway holds.',
    schema: kind.whole(1, 1_000_000),
    default: '5000',
    unit: 'connections',
  }),
  relaySessionsPerAddress: setting({
    env: 'KEZ_RELAY_SESSIONS_PER_ADDRESS',
    flag: '--relay-sessions-per-address',
    description: 'Connections to the home relay that one client address may hold.',
    schema: kind.whole(1, 1_000_000),
    default: '50',
    unit: 'connections',
  }),
  relayVisitsPerMinute: setting({
    env: 'KEZ_RELAY_VISITS_PER_MINUTE',
    flag: '--relay-visits-per-minute',
    description: 'How often one client address may connect to the home relay per minute, and at once.',
    schema: kind.whole(1, 1_000_000_000),
    default: '120',
    unit: 'per minute',
  }),
  streamsPerAddress: setting({
    env: 'KEZ_STREAMS_PER_ADDRESS',
    flag: '--streams-per-address',
    description: 'Live inbox streams one client address may have open at this gateway.',
    schema: kind.whole(1, 1_000_000),
    default: '256',
    unit: 'connections',
  }),
} satisfies Settings

export type GatewayConfig = Loaded<typeof settings>

/** The gateway has no secrets of its own; the NATS seed stays in its file until the start. */
export type GatewaySecrets = Readonly<Record<string, never>>

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: GatewayConfig; secrets: GatewaySecrets } => ({ config: loadSettings(settings, env), secrets: {} })
