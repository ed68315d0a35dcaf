import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  bucketName,
  commandSubject,
  endpointFingerprint,
  inboxReadKey,
  inboxReadsBucket,
  inboxStream,
  inboxSubject,
  PrimaryHex,
  PushSubscriptions,
  PushTest,
} from '@kez-chat/contracts'
import { ensureBucket, ensureStream, openJetStream } from '@kez-chat/eventlog'
import { storeMessage } from '@kez-chat/eventlog/messages'
import { type App, connectNats, createLog, requestCommand } from '@kez-chat/runtime'
import {
  freePort,
  type PushServiceOptions,
  type ServiceProcess,
  serviceProcess,
  startPushService,
  startTestNats,
  startTestPostgres,
} from '@kez-chat/testkit'
import { Client } from 'pg'
import { z } from 'zod'
import { createApp, type Overrides } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'

const log = createLog('test', 'silent')
const scale = { replicas: 1, inboxStreams: 1 } as const

export const newInbox = (): PrimaryHex => PrimaryHex.parse(randomBytes(32).toString('hex'))

/** A clock that a test moves. */
export const movedClock = () => {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
  return clock
}

export type Rig = Awaited<ReturnType<typeof startRig>>

/** NATS with the streams of a gateway, Postgres, a push service, and as many of ours as are started. */
export const startRig = async ({
  pushService = {},
  databaseUrl,
}: {
  pushService?: PushServiceOptions
  databaseUrl?: string
} = {}) => {
  const nats = await startTestNats()
  const postgres = await startTestPostgres()
  const database = databaseUrl ?? (await postgres.createDatabase())
  const service = await startPushService(pushService)
  const gateway = await connectNats({ name: 'gateway', url: nats.url, seed: nats.seeds.gateway }, log)
  const { jsm } = await openJetStream(gateway)
  await ensureStream(jsm, inboxStream(0, scale, { maxBytes: 1 << 30, duplicateWindowHours: 1 }))
  await ensureBucket(jsm, inboxReadsBucket(scale))
  const hosts = [...service.counterparts.matchAll(/([^=,]+)=/g)].map(([, host = '']) => host)
  const env = {
    NATS_URL: nats.url,
    KEZ_PUSH_NATS_SEED_FILE: nats.seedFiles.push,
    KEZ_VAPID_KEYS_FILE: join(nats.dir, 'vapid.json'),
    KEZ_VAPID_SUBJECT: 'mailto:operator@kez-chat.org',
    KEZ_PUSH_HOSTS: hosts.join(','),
    KEZ_PUSH_COUNTERPARTS: service.counterparts,
    DATABASE_URL: database,
  }
  const running = new Set<App>()

  const startPush = async (overrides: Overrides & { env?: Record<string, string> } = {}): Promise<App> => {
    const { config, secrets } = loadConfig({ ...env, ...overrides.env })
    const app = createApp(config, secrets, { log, ...overrides })
    running.add(app)
    await app.start()
    while (Object.keys(app.notReady()).length > 0) await sleep(20)
    return app
  }

  /** A replica that can be killed. */
  const pushProcess = async (): Promise<ServiceProcess & { internalUrl: string }> => {
    const port = await freePort()
    const own = { ...env, KEZ_INTERNAL_BIND: `127.0.0.1:${port}` }
    const internalUrl = `http://127.0.0.1:${port}`
    return { ...serviceProcess('push', own, `${internalUrl}/readyz`), internalUrl }
  }

  const ask = <T extends z.ZodType>(subject: string, command: unknown, schema: T): Promise<z.output<T>> =>
    requestCommand(gateway, subject, command, schema, 25_000)

  const sql = async (text: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: database, options: '-c search_path=push' })
    await client.connect()
    try {
      return (await client.query(text, values)).rows
    } finally {
      await client.end()
    }
  }

  let messages = 0
  const arrives = async (inbox: PrimaryHex, wake = true): Promise<number> => {
    messages += 1
    const record = {
      id: messages.toString(16).padStart(64, '0'),
      received_at: new Date().toISOString(),
      via: 'home',
      wake,
      envelope: { v: 2 },
    }
    return (await storeMessage(gateway, inboxSubject.stored(inbox), JSON.stringify(record))).seq
  }

  return {
    nats,
    gateway,
    service,
    env,
    database,
    startPush,
    pushProcess,
    ask,
    arrives,
    list: (inbox: PrimaryHex) => ask(commandSubject.pushList, { inbox }, PushSubscriptions),
    test: (inbox: PrimaryHex, endpoint: string) => ask(commandSubject.pushTest, { inbox, endpoint }, PushTest),
    subscribe: async (inbox: PrimaryHex, more: { endpoint?: string; label?: string; vapid_key?: string } = {}) => {
      const { key } = await ask(commandSubject.pushVapidKey, {}, z.object({ key: z.string() }))
      const endpoint = more.endpoint ?? service.subscribe(more.vapid_key ?? key)
      await ask(commandSubject.pushSubscribe, { ...more, inbox, endpoint }, PushSubscriptions)
      return endpoint
    },
    /** Many people with one device each, past the commands. */
    subscribeMany: async (count: number, host?: string) => {
      const { key } = await ask(commandSubject.pushVapidKey, {}, z.object({ key: z.string() }))
      const people = Array.from({ length: count }, () => ({
        inbox: newInbox(),
        endpoint: service.subscribe(key, host),
      }))
      const endpoints = people.map(({ endpoint }) => endpoint)
      await sql(
        `insert into subscriptions (inbox, fingerprint, endpoint, origin, vapid_key, label, created_at)
         select v.inbox, v.fingerprint, v.endpoint, v.origin, $5, '', now()
         from unnest($1::text[], $2::text[], $3::text[], $4::text[]) v (inbox, fingerprint, endpoint, origin)`,
        [
          people.map(({ inbox }) => inbox),
          endpoints.map(endpointFingerprint),
          endpoints,
          endpoints.map((endpoint) => new URL(endpoint).origin),
          key,
        ],
      )
      return people
    },
    /** As the gateway notes it. */
    reads: async (inbox: PrimaryHex, kind: keyof typeof inboxReadKey, through: number) => {
      await storeMessage(
        gateway,
        `$KV.${bucketName.inboxReads}.${inboxReadKey[kind](inbox)}`,
        JSON.stringify({ through }),
      )
    },
    /** How far the durable consumer is: everything has been looked at when this is 0. */
    unseen: async (): Promise<number> => {
      const { num_pending, num_ack_pending } = await jsm.consumers.info('INBOX_0', 'push')
      return num_pending + num_ack_pending
    },
    sql,
    stop: async () => {
      for (const app of running) await app.stop()
      await gateway.close()
      await service.stop()
      await postgres.stop()
      await nats.stop()
    },
  }
}
