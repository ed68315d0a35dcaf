import { maxConsumersPerPerson, RegistrationMode, relayLookBackHours } from '@kez-chat/contracts'
import { kind, setting } from './settings.ts'
import { tracingSettings } from './tracing/settings.ts'

const mebibyte = 1024 * 1024

/** Settings that every service has. `service` is its name as used in variables, e.g. `relay-bridge`. */
export const serviceSettings = (service: string) => {
  const upper = service.toUpperCase().replaceAll('-', '_')
  return {
    server: setting({
      env: 'KEZ_CHAT_SERVER',
      flag: '--server',
      description:
        'The domain in handles (alice@example.org). It is signed into registrations and cannot change later.',
      schema: kind.domain,
      default: 'localhost',
    }),
    internalBind: setting({
      env: 'KEZ_INTERNAL_BIND',
      flag: '--internal-bind',
      description: 'Where metrics and probes are served. Keep it away from the public.',
      schema: kind.bind,
      default: '127.0.0.1:6970',
    }),
    internalTlsCertFile: setting({
      env: 'KEZ_INTERNAL_TLS_CERT_FILE',
      flag: '--internal-tls-cert-file',
      description: 'Certificate (PEM) with which the internal listener speaks https. Default: it speaks http.',
      schema: kind.optionalText,
    }),
    internalTlsKeyFile: setting({
      env: 'KEZ_INTERNAL_TLS_KEY_FILE',
      flag: '--internal-tls-key-file',
      description: 'Private key (PEM) of that certificate.',
      schema: kind.optionalText,
      namesSecret: true,
    }),
    internalTlsClientCaFile: setting({
      env: 'KEZ_INTERNAL_TLS_CLIENT_CA_FILE',
      flag: '--internal-tls-client-ca-file',
      description: 'Authority (PEM) whose client certificates open the internal routes that are not for everybody.',
      schema: kind.optionalText,
    }),
    logLevel: setting({
      env: 'KEZ_LOG_LEVEL',
      flag: '--log-level',
      description: 'trace, debug, info, warn, error or silent.',
      schema: kind.logLevel,
      default: 'info',
    }),
    natsUrl: setting({
      env: 'NATS_URL',
      flag: '--nats-url',
      description: 'Your own NATS servers, comma-separated, instead of the embedded one.',
      schema: kind.text,
      default: 'nats://127.0.0.1:4222',
    }),
    natsSeedFile: setting({
      env: `KEZ_${upper}_NATS_SEED_FILE`,
      flag: `--${service}-nats-seed-file`,
      description: `File with the nkey seed by which ${service} logs in to NATS.`,
      schema: kind.text,
      namesSecret: true,
    }),
    natsCaFile: setting({
      env: `KEZ_${upper}_NATS_CA_FILE`,
      flag: `--${service}-nats-ca-file`,
      description: `CA certificate (PEM) against which ${service} checks NATS over TLS.`,
      schema: kind.optionalText,
    }),
    streamReplicas: setting({
      env: 'KEZ_STREAM_REPLICAS',
      flag: '--stream-replicas',
      description: 'Copies of every stream: 1, or 3 in a cluster.',
      schema: kind.text.pipe(kind.whole(1, 3)).refine((n) => n === 1 || n === 3, 'must be 1 or 3'),
      default: '1',
      unit: 'copies',
    }),
    inboxStreams: setting({
      env: 'KEZ_INBOX_STREAMS',
      flag: '--inbox-streams',
      description: 'Over how many streams inboxes are spread: 1 on one machine, 8 in a cluster.',
      schema: kind.whole(1, 64),
      default: '1',
      unit: 'streams',
    }),
    ...tracingSettings,
  }
}

/** The setting for services that keep a Postgres read model. */
export const databaseSetting = setting({
  env: 'DATABASE_URL',
  flag: '--db',
  description: 'Your own Postgres (postgres://…) instead of the embedded one.',
  schema: kind.text.regex(/^postgres(ql)?:\/\//, 'must start with postgres://'),
  secret: true,
})

/** The setting that the registry, which decides, and the gateway, which tells people beforehand, must agree on. */
export const registrationSetting = setting({
  env: 'KEZ_REGISTRATION',
  flag: '--registration',
  description: 'Who may take a handle: open = anybody, invite = only who has an invite code.',
  schema: RegistrationMode,
  default: 'open',
})

/** Settings of what puts messages into mailboxes, whichever way they come. */
export const mailboxSettings = {
  mailboxBytes: setting({
    env: 'KEZ_MAILBOX_BYTES',
    flag: '--mailbox-bytes',
    description: 'Bytes one mailbox holds before senders are refused.',
    schema: kind.whole(mebibyte, 1_000_000 * mebibyte),
    default: String(256 * mebibyte),
    unit: 'bytes',
  }),
  mailboxHourlyMessages: setting({
    env: 'KEZ_MAILBOX_HOURLY_MESSAGES',
    flag: '--mailbox-hourly-messages',
    description: 'Messages one mailbox takes per hour.',
    schema: kind.whole(1, 1_000_000_000),
    default: '6000',
    unit: 'messages an hour',
  }),
  mailboxHourlyBytes: setting({
    env: 'KEZ_MAILBOX_HOURLY_BYTES',
    flag: '--mailbox-hourly-bytes',
    description: 'Bytes one mailbox takes per hour.',
    schema: kind.whole(mebibyte, 1_000_000 * mebibyte),
    default: String(256 * mebibyte),
    unit: 'bytes an hour',
  }),
  duplicateWindowHours: setting({
    env: 'KEZ_DUPLICATE_WINDOW_HOURS',
    flag: '--duplicate-window-hours',
    description:
      'How long a message that comes again is recognised, longer than relays are looked back. A stream that is there changes by kez admin streams apply.',
    // Two hours are for clocks.
    schema: kind.whole(relayLookBackHours + 2, 720),
    default: '50',
    unit: 'hours',
  }),
}

/** The setting that the gateway, which makes consumers, and the auth responder, which lets people at them, must agree on. */
export const consumersSetting = setting({
  env: 'KEZ_CONSUMERS_PER_PERSON',
  flag: '--consumers-per-person',
  description: 'Durable consumers one person may have on their inbox: one per device that reads by NATS.',
  schema: kind.whole(1, maxConsumersPerPerson),
  default: '4',
  unit: 'consumers',
})

const streamBytes = (env: string, flag: `--${string}`, description: string, most: number) =>
  setting({
    env,
    flag,
    description,
    schema: kind.whole(mebibyte, 1_000_000_000 * mebibyte),
    default: String(most * mebibyte),
    unit: 'bytes',
  })

/** How large streams may get: of the service that owns each, and of whoever compares them with what is there. */
export const streamSettings = {
  chainStreamBytes: streamBytes(
    'KEZ_CHAIN_STREAM_BYTES',
    '--chain-stream-bytes',
    'Bytes that all sigchains together may take on disk. A stream that is there changes by kez admin streams apply.',
    1024,
  ),
  inboxStreamBytes: streamBytes(
    'KEZ_INBOX_STREAM_BYTES',
    '--inbox-stream-bytes',
    'Bytes one inbox stream may take on disk. A stream that is there changes by kez admin streams apply.',
    2048,
  ),
  relayMailBytes: streamBytes(
    'KEZ_RELAY_MAIL_BYTES',
    '--relay-mail-bytes',
    'Bytes the home relay may take on disk for messages of the last week. A stream that is there changes by kez admin streams apply.',
    1024,
  ),
  relayListBytes: streamBytes(
    'KEZ_RELAY_LIST_BYTES',
    '--relay-list-bytes',
    'Bytes the home relay may take on disk for profiles and lists. A stream that is there changes by kez admin streams apply.',
    1024,
  ),
}
