import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNatsServer, noRestart, startEmbeddedNats } from '@kez-chat/embedded'

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
  readonly seeds: Readonly<Record<'registry' | 'gateway' | 'relay-bridge' | 'push' | 'auth' | 'sys', string>>
  /** File with the nkey seed of each static user. */
  readonly seedFiles: TestNats['seeds']
  readonly dir: string
  readonly pid: () => number
  /** Sends a signal and, when it is one that ends, waits for the end. It is not started again by itself. */
  readonly kill: (signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM') => Promise<void>
  /** Starts it again on the same ports and store, stopping it first if it runs. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

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
  const { registry, gateway, push, auth, sys, 'relay-bridge': bridge } = nats.keys
  return {
    url: nats.url,
    websocketUrl: nats.websocketUrl,
    monitorUrl: nats.monitorUrl,
    dir,
    seeds: {
      registry: registry.seed,
      gateway: gateway.seed,
      push: push.seed,
      auth: auth.seed,
      sys: sys.seed,
      'relay-bridge': bridge.seed,
    },
    seedFiles: {
      registry: registry.seedFile,
      gateway: gateway.seedFile,
      push: push.seedFile,
      auth: auth.seedFile,
      sys: sys.seedFile,
      'relay-bridge': bridge.seedFile,
    },
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
