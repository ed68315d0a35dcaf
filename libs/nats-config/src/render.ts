import { maxPersonPayloadBytes } from '@kez-chat/contracts'
import {
  type AppUser,
  appPermissions,
  authKickPermissions,
  authPermissions,
  type NatsUser,
  natsUsers,
  type Permissions,
  peopleExports,
  sysPermissions,
} from './permissions.ts'

export type NatsConfigOptions = {
  serverName: string
  listen: { host: string; port: number }
  websocket: { host: string; port: number }
  monitor: { host: string; port: number }
  storeDir: string
  /** Public nkeys of each user, or a `$VARIABLE` of the server's environment. There are two while a key is being changed. */
  users: Record<NatsUser, readonly string[]>
  inboxStreams: number
  callout: {
    /** Public nkey of the account key that signs people in, and the curve key that requests are sealed for; or `$VARIABLE`s. */
    issuer: string
    xkey: string
  }
}

/** More than a person's program needs; bounds what one connection costs. */
const maxPersonSubscriptions = 64

/**
 * How long a server waits for the first word of a connection, and with it for the answer of the auth callout, in seconds:
 * long enough for everybody to come back at once after a restart.
 */
export const authTimeoutSeconds = 8

const quote = (text: string): string => JSON.stringify(text)

const list = (subjects: readonly string[], indent: string): string =>
  subjects.length === 0
    ? '[]'
    : `[\n${subjects.map((subject) => `${indent}  ${quote(subject)}`).join('\n')}\n${indent}]`

const oneUser = (nkey: string, { publish, subscribe }: Permissions): string => `      {
        nkey: ${nkey}
        permissions {
          publish {
            ${publish.length > 0 ? `allow: ${list(publish, '            ')}` : 'deny: ">"'}
          }
          subscribe {
            allow: ${list(subscribe, '            ')}
          }
          allow_responses {
            max: 1
            expires: "30s"
          }
        }
      }`

const user = (nkeys: readonly string[], permissions: Permissions): string =>
  nkeys.map((nkey) => oneUser(nkey, permissions)).join('\n')

/**
 * The part of the configuration that says who may log in and what they may do, for a server whose other settings are made
 * elsewhere (the Helm chart of NATS includes it).
 */
export const renderNatsAccounts = (options: Pick<NatsConfigOptions, 'users' | 'inboxStreams' | 'callout'>): string => {
  const { services, streams } = peopleExports(options.inboxStreams)
  const app = appPermissions(options.inboxStreams)
  const appUsers = (Object.keys(app) as AppUser[]).map(
    (name) => `      # ${name}\n${user(options.users[name], app[name])}`,
  )
  return `system_account: SYS

# Whoever is not one of these users is a person: the auth responder decides about them. This block is read at start only.
authorization {
  timeout: ${authTimeoutSeconds}
  auth_callout {
    issuer: ${options.callout.issuer}
    xkey: ${options.callout.xkey}
    account: AUTH
    auth_users: [
${natsUsers.flatMap((name) => options.users[name].map((nkey) => `      ${nkey}`)).join('\n')}
    ]
  }
}

accounts {
  AUTH {
    users: [
      # auth
${user(options.users.auth, authPermissions)}
    ]
  }
  APP {
    jetstream: enabled
    users: [
${appUsers.join('\n')}
    ]
    exports: [
${services.map(({ subject, stream }) => `      { service: ${quote(subject)}, accounts: [PEOPLE]${stream ? ', response_type: stream' : ''} }`).join('\n')}
${streams.map((subject) => `      { stream: ${quote(subject)}, accounts: [PEOPLE] }`).join('\n')}
    ]
  }
  PEOPLE {
    # Of each connection: a server heeds these, and not the limits in the JWT that a callout signs.
    limits {
      max_subscriptions: ${maxPersonSubscriptions}
      max_payload: ${maxPersonPayloadBytes}
      max_leafnodes: 0
    }
    imports: [
${services.map(({ subject }) => `      { service: { account: APP, subject: ${quote(subject)} } }`).join('\n')}
${streams.map((subject) => `      { stream: { account: APP, subject: ${quote(subject)} } }`).join('\n')}
    ]
  }
  SYS {
    users: [
      # auth-kick
${user(options.users['auth-kick'], authKickPermissions)}
      # sys
${user(options.users.sys, sysPermissions)}
    ]
  }
}
`
}

/**
 * Renders the nats-server configuration: four accounts that share nothing but the named exports, one static nkey user
 * per service, and `sync_interval: always`, so that an acknowledged message is on disk (architecture §4, §5).
 * Nobody else can log in: there is no `no_auth_user`.
 */
export const renderNatsConfig = (
  options: NatsConfigOptions,
): string => `# Made by kez-chat; changes here are overwritten.
server_name: ${quote(options.serverName)}
listen: ${quote(`${options.listen.host}:${options.listen.port}`)}
http: ${quote(`${options.monitor.host}:${options.monitor.port}`)}
max_payload: 1MB
max_control_line: 4KB

websocket {
  listen: ${quote(`${options.websocket.host}:${options.websocket.port}`)}
  no_tls: true
}

jetstream {
  store_dir: ${quote(options.storeDir)}
  # An acknowledgement means that the message is on disk. Never weaken this.
  sync_interval: always
}

${renderNatsAccounts(options)}`
