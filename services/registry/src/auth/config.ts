import { authTimeoutSeconds } from '@kez-chat/nats-config'
import {
  consumersSetting,
  kind,
  type Loaded,
  loadSettings,
  type Settings,
  serviceSettings,
  setting,
} from '@kez-chat/runtime'

const file = (env: string, flag: `--${string}`, description: string) =>
  setting({ env, flag, description, schema: kind.text, namesSecret: true })

export const settings = {
  ...serviceSettings('auth'),
  readerSeedFile: file(
    'KEZ_AUTH_READER_NATS_SEED_FILE',
    '--auth-reader-nats-seed-file',
    'File with the nkey seed by which the auth responder reads who is who.',
  ),
  kickSeedFile: file(
    'KEZ_AUTH_KICK_NATS_SEED_FILE',
    '--auth-kick-nats-seed-file',
    'File with the nkey seed by which the auth responder ends connections of identities that have ended.',
  ),
  issuerSeedFile: file(
    'KEZ_AUTH_ISSUER_SEED_FILE',
    '--auth-issuer-seed-file',
    'File with the account seed (SA…) by which people are signed in to NATS; its public key is in the configuration of NATS.',
  ),
  xkeySeedFile: file(
    'KEZ_AUTH_XKEY_SEED_FILE',
    '--auth-xkey-seed-file',
    'File with the curve seed (SX…) that opens login requests; its public key is in the configuration of NATS.',
  ),
  jwtSeconds: setting({
    env: 'KEZ_AUTH_JWT_SECONDS',
    flag: '--auth-jwt-seconds',
    description:
      'How long a login to NATS lasts; then the connection is closed and its client logs in anew. At most 1800.',
    schema: kind.whole(10, 1_800),
    default: '1800',
    unit: 'seconds',
  }),
  serverTimeoutSeconds: setting({
    env: 'KEZ_AUTH_SERVER_TIMEOUT_SECONDS',
    flag: '--auth-server-timeout-seconds',
    description: 'How long NATS waits for an answer: authorization.timeout of its configuration.',
    schema: kind.whole(1, 60),
    default: String(authTimeoutSeconds),
    unit: 'seconds',
  }),
  queueLimit: setting({
    env: 'KEZ_AUTH_QUEUE_LIMIT',
    flag: '--auth-queue-limit',
    description: 'Logins that may wait at one auth responder; more are left to come again.',
    schema: kind.whole(1, 1_000_000),
    default: '5000',
    unit: 'logins',
  }),
  loginsPerMinute: setting({
    env: 'KEZ_AUTH_LOGINS_PER_MINUTE',
    flag: '--auth-logins-per-minute',
    description: 'Logins to NATS that one identity may make per minute, and at once, at one auth responder.',
    schema: kind.whole(1, 1_000_000),
    default: '120',
    unit: 'per minute',
  }),
  allowIdentityNkey: setting({
    env: 'KEZ_AUTH_ALLOW_IDENTITY_NKEY',
    flag: '--auth-allow-identity-nkey',
    description:
      'Lets people log in to NATS with their identity key as the nkey. Lets a hostile broker choose what they sign; see docs/native-clients.md.',
    schema: kind.flag,
    default: 'false',
  }),
  consumersPerPerson: consumersSetting,
  httpSecretFile: setting({
    env: 'KEZ_AUTH_HTTP_SECRET_FILE',
    flag: '--auth-http-secret-file',
    description: 'File with the secret (32 characters or more) that opens POST /internal/nats/auth. Default: closed.',
    schema: kind.optionalText,
    namesSecret: true,
  }),
} satisfies Settings

export type AuthConfig = Loaded<typeof settings>

/** All secrets are in files, which are read at the start. */
export type AuthSecrets = Readonly<Record<string, never>>

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: AuthConfig; secrets: AuthSecrets } => ({ config: loadSettings(settings, env), secrets: {} })
