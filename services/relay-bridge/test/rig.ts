import { join } from 'node:path'
import {
  bucketName,
  DirectoryEntry,
  directoryBucket,
  directoryKey,
  InboxRecord,
  inboxStream,
  inboxSubject,
  type PrimaryHex,
  primaryHex,
} from '@kez-chat/contracts'
import { ensureBucket, ensureStream, type JetStream, openJetStream } from '@kez-chat/eventlog'
import { readSubject, storeMessage } from '@kez-chat/eventlog/messages'
import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, createInner, type MessagingKey, messagingKeyFromSeed, seal } from '@kez-chat/messaging'
import { createMessageEvent, type NostrEvent } from '@kez-chat/messaging/nostr'
import { type App, connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats, type TestNatsOptions } from '@kez-chat/testkit'
import { createApp, type Overrides } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { relayPauses } from '../src/relays/pauses.ts'

const log = createLog('test', 'silent')

export type Person = { key: MessagingKey; hex: PrimaryHex; entry: DirectoryEntry }

/** Pauses short enough for a test; how they grow is the same. */
const shortPauses = Object.fromEntries(
  Object.entries(relayPauses).map(([why, { factor }]) => [why, { first: 200, most: 1_000, factor }]),
) as typeof relayPauses
export const testTimes = { pauses: shortPauses, pingEvery: 1_000, moveCursorEvery: 200 }

export type Rig = Awaited<ReturnType<typeof startRig>>

/** A real nats-server with an empty directory and inbox streams, and as many bridges as are started. */
export const startRig = async (options: { nats?: TestNatsOptions } = {}) => {
  const nats: TestNats = await startTestNats(options.nats)
  const connect = async (name: 'registry' | 'gateway'): Promise<JetStream> =>
    openJetStream(await connectNats({ name, url: nats.url, seed: nats.seeds[name] }, log))
  const [registry, gateway] = await Promise.all([connect('registry'), connect('gateway')])
  const scale = { replicas: 1, inboxStreams: 1 } as const
  await ensureBucket(registry.jsm, directoryBucket(scale))
  await ensureStream(gateway.jsm, inboxStream(0, scale, { maxBytes: 1 << 30, duplicateWindowHours: 50 }))
  const bridges = new Set<App>()

  const put = (key: string, value: string): Promise<unknown> =>
    storeMessage(registry.nc, `$KV.${bucketName.directory}.${key}`, value)

  let people = 0
  const list = async ({ entry, hex }: Pick<Person, 'entry' | 'hex'>): Promise<void> => {
    await put(directoryKey.handle(entry.handle), JSON.stringify(entry))
    await put(directoryKey.primary(hex), JSON.stringify(entry))
  }

  return {
    nats,
    registry,
    gateway,
    list,
    newPerson: async (): Promise<Person> => {
      const key = messagingKeyFromSeed(randomBytes(32))
      const entry = DirectoryEntry.parse({
        handle: `person${++people}`,
        primary: key.primary,
        server: 'localhost',
        registered_at: '2026-05-25T03:00:00Z',
        seq: people,
        status: 'active',
      })
      const person = { key, entry, hex: primaryHex(entry.primary) }
      await list(person)
      return person
    },
    /** What is in an inbox, in order. */
    inboxOf: async ({ hex }: Pick<Person, 'hex'>): Promise<InboxRecord[]> => {
      const stored = await readSubject(gateway, 'INBOX_0', { subject: inboxSubject.stored(hex), from: 1 })
      return stored.map(({ data }) => InboxRecord.parse(JSON.parse(new TextDecoder().decode(data))))
    },
    bridge: (relays: readonly string[], env: Record<string, string> = {}, overrides: Overrides = {}): App => {
      const { config, secrets } = loadConfig({
        NATS_URL: nats.url,
        KEZ_RELAY_BRIDGE_NATS_SEED_FILE: nats.seedFiles['relay-bridge'],
        KEZ_RELAY_KEY_FILE: join(nats.dir, 'relay-bridge.key'),
        KEZ_RELAYS: relays.length === 0 ? 'none' : relays.join(','),
        ...env,
      })
      const app = createApp(config, secrets, { log, ...overrides, times: { ...testTimes, ...overrides.times } })
      bridges.add(app)
      return app
    },
    stopBridges: async (): Promise<void> => {
      await Promise.all([...bridges].map((app) => app.stop()))
      bridges.clear()
    },
    stop: async () => {
      for (const app of bridges) await app.stop()
      for (const { nc } of [registry, gateway]) await nc.close()
      await nats.stop()
    },
  }
}

/** A sealed message as an event by a fresh author. */
export const newMessage = async (
  to: Pick<Person, 'entry' | 'key'>,
  { at = Date.now(), text = 'hallo', wake = true }: { at?: number; text?: string; wake?: boolean } = {},
): Promise<{ event: NostrEvent; envelope: object }> => {
  const from = messagingKeyFromSeed(randomBytes(32))
  const body = { type: 'text', text }
  const inner = createInner({ from: from.primary, fromHandle: 'bob@kez.test', to: to.key.primary, body, sentAt: at })
  const envelope = await seal(inner, from)
  return { envelope, event: createMessageEvent({ envelope, to: to.key.primary, at, wake }, createAuthorKey()) }
}

/** The value of one line of a service's metrics. */
export const metricOf = async (app: App, line: string): Promise<number> => {
  const text = await app.metrics.metrics()
  const found = text.split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? Number.NaN : Number(found.slice(line.length + 1))
}
