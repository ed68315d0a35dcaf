import { readFile } from 'node:fs/promises'
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import type { Log } from './log.ts'
import type { NatsObserver } from './metrics/service-metrics.ts'
import { tieRequestsToConnection } from './nats-requests.ts'

export type { NatsConnection } from '@nats-io/transport-node'

/** A service could not reach NATS, or the server there is not one we can trust our data to. */
export class NatsUnusable extends Error {
  override readonly name = 'NatsUnusable'
}

const oldestServer = [2, 14, 4] as const

/** True if `version` (as the server states it, e.g. `2.15.1`) is at least 2.14.4, which fixed an auth-callout bypass. */
export const isSupportedNats = (version: string): boolean => {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version)
  if (!match) return false
  for (const [i, least] of oldestServer.entries()) {
    const part = Number(match[i + 1])
    if (part !== least) return part > least
  }
  return true
}

export type NatsOptions = {
  /** Service name: connection name, and `_INBOX_<name>` is the prefix of reply subjects. */
  name: string
  /** Comma-separated server URLs. */
  url: string
  /** nkey user seed (`SU…`). */
  seed: string
  caFile?: string | undefined
  /** How long to keep trying at start, ms; default 30 s. */
  patience?: number
  /** Told how the connection does, and of the requests that are served on it. */
  observer?: NatsObserver
}

const observers = new WeakMap<NatsConnection, NatsObserver>()

/** Who is told of what happens on a connection, if anybody. */
export const observerOf = (nc: NatsConnection): NatsObserver | undefined => observers.get(nc)

/**
 * Connects a service to NATS with its own user, and keeps reconnecting for ever with jitter.
 * @throws {NatsUnusable} when no server answers within `patience`, or it is older than 2.14.4
 */
export const connectNats = async (options: NatsOptions, log: Log): Promise<NatsConnection> => {
  const until = Date.now() + (options.patience ?? 30_000)
  for (;;) {
    try {
      const nc = await connect({
        servers: options.url.split(',').map((server) => server.trim()),
        name: options.name,
        inboxPrefix: `_INBOX_${options.name}`,
        authenticator: nkeyAuthenticator(new TextEncoder().encode(options.seed)),
        maxReconnectAttempts: -1,
        reconnectTimeWait: 500,
        reconnectJitter: 500,
        timeout: 5_000,
        // A node that is frozen, or behind a network that swallows everything, is left after 10 to 15 s.
        pingInterval: 5_000,
        maxPingOut: 2,
        // A stack for each request that might fail costs a tenth of the time of one that does not.
        noAsyncTraces: true,
        ...(options.caFile ? { tls: { caFile: options.caFile } } : {}),
      })
      const version = nc.info?.version ?? 'unknown'
      if (!isSupportedNats(version)) {
        await nc.close()
        throw new NatsUnusable(
          `nats-server ${version} at ${withoutSecrets(options.url)} is too old: 2.14.4 or newer is needed`,
        )
      }
      tieRequestsToConnection(nc)
      if (options.observer) observers.set(nc, options.observer)
      void watchStatus(nc, log, options.observer)
      return nc
    } catch (cause) {
      if (cause instanceof NatsUnusable) throw cause
      if (Date.now() > until)
        throw new NatsUnusable(
          `no NATS connection to ${withoutSecrets(options.url)} as ${options.name}: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        )
      await new Promise((resolve) => setTimeout(resolve, 250 + Math.random() * 500))
    }
  }
}

const withoutSecrets = (url: string): string => url.replace(/\/\/[^@/]*@/g, '//')

const watchStatus = async (nc: NatsConnection, log: Log, observer?: NatsObserver): Promise<void> => {
  observer?.connected(true)
  for await (const status of nc.status()) {
    if (status.type === 'disconnect') {
      log.warn('NATS connection lost, reconnecting')
      observer?.connected(false)
      observer?.lost()
    } else if (status.type === 'reconnect') {
      log.info('NATS connection is back')
      observer?.connected(true)
    } else if (status.type === 'error') {
      log.warn({ error: status.error.message }, 'NATS reported an error')
      observer?.failed()
    }
  }
  observer?.connected(false)
}

/** Reads an nkey seed from its file. @throws {NatsUnusable} when it cannot be read or is not a user seed */
export const readSeedFile = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new NatsUnusable(`the NATS seed file ${path} cannot be read: ${cause.message}`, { cause })
  })
  const seed = /^SU[A-Z2-7]{56}$/m.exec(text)?.[0]
  if (!seed) throw new NatsUnusable(`the NATS seed file ${path} holds no user seed (a line that starts with SU)`)
  return seed
}
