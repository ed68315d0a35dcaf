import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chainsStream,
  identityStream,
  inboxStream,
  relayCursorsBucket,
  relayListsStream,
  relayMailStream,
} from '@kez-chat/contracts'
import { append, ensureBucket, ensureStream, type JetStream, openJetStream } from '@kez-chat/eventlog'
import { connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { argon2id } from 'hash-wasm'
import pg from 'pg'
import type { Owner } from '../src/index.ts'

const silent = createLog('test', 'silent')
const scale = { replicas: 1, inboxStreams: 1 } as const
export const inbox = 'ab'.repeat(32)

export const kdf = async (password: Uint8Array, salt: Uint8Array, { m, t, p }: { m: number; t: number; p: number }) =>
  Uint8Array.from(
    await argon2id({
      ...{ password, salt, memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: 'binary' },
    }),
  )

export type Rig = {
  readonly nats: TestNats
  readonly as: (user: Owner | 'backup') => JetStream
  readonly stop: () => Promise<void>
}

/** A NATS with nothing in it, and a connection of each user that a backup or a restore needs. */
export const startRig = async (): Promise<Rig> => {
  const nats = await startTestNats()
  const connect = async (name: Owner | 'backup') =>
    openJetStream(await connectNats({ name, url: nats.url, seed: nats.seeds[name] }, silent))
  const users = {
    registry: await connect('registry'),
    gateway: await connect('gateway'),
    'relay-bridge': await connect('relay-bridge'),
    backup: await connect('backup'),
  }
  return {
    nats,
    as: (user) => users[user],
    stop: async () => {
      for (const { nc } of Object.values(users)) await nc.close()
      await nats.stop()
    },
  }
}

/** The streams of a server, as its services make them. */
export const makeStreams = async ({ as }: Rig): Promise<void> => {
  const { jsm } = as('registry')
  await ensureStream(jsm, identityStream(scale))
  await ensureStream(jsm, chainsStream(scale, { maxBytes: 1 << 30 }))
  const firstSeq = Date.now() * 100
  const limits = { maxBytes: 1 << 30, duplicateWindowHours: 50 }
  await ensureStream(as('gateway').jsm, inboxStream(0, scale, limits), { firstSeq })
  const bridge = as('relay-bridge').jsm
  await ensureBucket(bridge, relayCursorsBucket(scale))
  await ensureStream(bridge, relayMailStream(scale, { maxBytes: 1 << 28 }))
  await ensureStream(bridge, relayListsStream(scale, { maxBytes: 1 << 28 }))
}

/** Registrations as the registry writes them: two events in one batch. */
export const register = async ({ as }: Rig, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    const id = randomBytes(32).toString('hex')
    const subjects = [`identity.handle.h${id.slice(0, 20)}`, `identity.primary.${id}`]
    await append(
      as('registry'),
      subjects.map((subject) => ({
        subject,
        expectedSeq: 0,
        event: { id, server: 'chat.example' },
        headers: { traceparent: `00-${id}` },
      })),
    )
  }
}

export const post = async ({ as }: Rig, count: number, size = 600): Promise<void> => {
  const { js } = as('gateway')
  for (let i = 0; i < count; i++) {
    const id = randomBytes(16).toString('hex')
    await js.publish(`kez.inbox.${inbox}.p7`, randomBytes(size), { msgID: `${inbox}:${id}` })
  }
}

export type Folder = { readonly path: string; readonly remove: () => void; readonly key: string }

/** A folder for backups, with a key file in it. */
export const makeFolder = (): Folder => {
  const path = mkdtempSync(join(tmpdir(), 'kez-backup-test-'))
  const key = join(path, 'vapid.json')
  writeFileSync(key, '{"publicKey":"B…"}\n', { mode: 0o600 })
  return { path, key, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The rows that a statement gives, as lists. */
export const query = async (url: string, sql: string): Promise<unknown[][]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}
