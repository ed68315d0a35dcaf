import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNatsServer, type NatsKeys, noRestart, startEmbeddedNats } from '@kez-chat/embedded'
import { ofEachNatsUser } from '@kez-chat/nats-config'

export type TestNatsOptions = {
  /** How many `INBOX_<n>` streams the permissions name; default 1. */
  readonly inboxStreams?: number
  /** Changes the shipped configuration before the server reads it. */
  readonly config?: (shipped: string) => string
}

export type TestNats = {
  readonly url: string
  readonly websocketUrl: string
  readonly monitorUrl: string
  /** The nkey seed of each static user. */
  readonly seeds: Readonly<Record<keyof NatsKeys['users'], string>>
  /** File with the nkey seed of each static user. */
  readonly seedFiles: TestNats['seeds']
  /** What an auth responder needs to be told about this server. */
  readonly authEnv: Readonly<Record<string, string>>
  /** Keys of the auth callout. */
  readonly callout: NatsKeys['callout']
  readonly dir: string
  readonly pid: () => number
  /** Sends a signal and, when it is one that ends, waits for the end. It is not started again by itself. */
  readonly kill: (signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM') => Promise<void>
  /** Starts it again on the same ports and store, stopping it first if it runs. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** How to log in by the keys of a server. */
export const accessOf = ({
  users,
  callout,
}: NatsKeys): Pick<TestNats, 'seeds' | 'seedFiles' | 'callout' | 'authEnv'> => ({
  seeds: ofEachNatsUser((user) => users[user].seed),
  seedFiles: ofEachNatsUser((user) => users[user].seedFile),
  callout,
  authEnv: {
    KEZ_AUTH_NATS_SEED_FILE: users.auth.seedFile,
    KEZ_AUTH_READER_NATS_SEED_FILE: users['auth-reader'].seedFile,
    KEZ_AUTH_KICK_NATS_SEED_FILE: users['auth-kick'].seedFile,
    KEZ_AUTH_ISSUER_SEED_FILE: callout.issuer.seedFile,
    KEZ_AUTH_XKEY_SEED_FILE: callout.xkey.seedFile,
  },
})

/** A real nats-server with the shipped configuration on free ports of 127.0.0.1 and a store of its own. */
export const startTestNats = async (options: TestNatsOptions = {}): Promise<TestNats> => {
  const { path: binary } = await findNatsServer()
  const dir = mkdtempSync(join(tmpdir(), 'kez-test-nats-'))
  const { config, inboxStreams = 1 } = options
  const nats = await startEmbeddedNats({
    folder: dir,
    binary,
    inboxStreams,
    restart: noRestart,
    report: () => {},
    ...(config ? { adjustConfig: config } : {}),
  })
  return {
    url: nats.url,
    websocketUrl: nats.websocketUrl,
    monitorUrl: nats.monitorUrl,
    dir,
    ...accessOf(nats.keys),
    pid: () => nats.child().ref.pid,
    kill: async (signal) => {
      nats.child().kill(signal)
      await nats.child().exited
    },
    restart: nats.restart,
    stop: async () => {
      await nats.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
