import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTestPostgres, type TestPostgres } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BackupError, openBackup, pruneBackups, restoreInto, type TakenBackup, takeBackup } from '../src/index.ts'
import { type Folder, inbox, kdf, makeFolder, makeStreams, post, query, type Rig, register, startRig } from './rig.ts'

let [source, target]: (Rig | undefined)[] = []
let postgres: TestPostgres
let databaseUrl: string
let folder: Folder
let [open, sealed]: (TakenBackup | undefined)[] = []

const take = (rig: Rig, more: { passphrase?: string; server?: string } = {}): Promise<TakenBackup> =>
  takeBackup({
    to: join(folder.path, more.passphrase === undefined ? 'open' : 'sealed'),
    jetstream: rig.as('backup'),
    databaseUrl,
    keyFiles: [{ name: 'vapid.json', path: folder.key }],
    server: more.server ?? 'chat.example',
    version: '1.2.3',
    ...(more.passphrase === undefined ? {} : { passphrase: { text: more.passphrase, kdf } }),
  })

beforeAll(async () => {
  folder = makeFolder()
  postgres = await startTestPostgres()
  databaseUrl = await postgres.createDatabase()
  ;[source, target] = await Promise.all([startRig(), startRig()])
  await makeStreams(source)
  await register(source, 60)
  await post(source, 700)
  await source.as('relay-bridge').js.publish('$KV.relay-cursors.r1', '{"at":1}')
  await source.as('relay-bridge').js.publish('$KV.relay-cursors.r1', '{"at":2}')
  await query(databaseUrl, 'create schema push')
  await query(
    databaseUrl,
    `create table push.devices (id bigint generated always as identity primary key, label text not null,
       seen timestamptz not null default now(), raw bytea, score double precision, tags jsonb, unique (label))`,
  )
  await query(
    databaseUrl,
    `create table push.pushes (device bigint references push.devices on delete cascade, note text)`,
  )
  await query(databaseUrl, `create index pushes_device on push.pushes (device) where note is not null`)
  await query(
    databaseUrl,
    `insert into push.devices (label, raw, score, tags)
     select 'Gerät "' || n || E'"\\n\\\\', '\\x00ff0a', 1.0 / (n + 1), '{"a": [null, "ß"]}' from generate_series(1, 1200) n`,
  )
  await query(databaseUrl, `insert into push.pushes select id, nullif(id % 3, 0) from push.devices`)
  open = await take(source)
  sealed = await take(source, { passphrase: 'Grüße aus dem Keller' })
})
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()])
  await postgres.stop()
  folder.remove()
})

const opening = (path: string, more: { passphrase?: string; server?: string; version?: string } = {}) =>
  openBackup({
    folder: path,
    passphrase: async () => more.passphrase ?? 'Grüße aus dem Keller',
    kdf,
    version: more.version ?? '1.2.3',
    server: more.server,
  })

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'none',
    (error: BackupError) => error.code,
  )

/** A copy of a backup that one thing is done to. */
const changed = (of: TakenBackup | undefined, change: (path: string) => void): string => {
  const path = join(folder.path, `copy-${Math.random().toString(36).slice(2)}`)
  cpSync(of?.folder ?? '', path, { recursive: true })
  change(path)
  return path
}

const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path)
  const place = at < 0 ? bytes.length + at : at
  bytes[place] = (bytes[place] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

test('says what is in it, for its owner alone, and takes what refers to something before what it refers to', () => {
  const { manifest, folder: path } = open as TakenBackup
  expect(manifest.streams.map(({ name, messages }) => [name, messages])).toEqual([
    ['KV_relay-cursors', 1],
    ['RELAY_LISTS', 0],
    ['RELAY_MAIL', 0],
    ['INBOX_0', 700],
    ['IDENTITY', 120],
    ['CHAINS', 0],
  ])
  expect(manifest.database?.tables).toMatchObject([
    { name: 'devices', rows: 1200 },
    { name: 'pushes', rows: 1200 },
  ])
  expect(manifest.leftOut).toContainEqual({ name: 'postgres:registry', why: 'made anew from IDENTITY and CHAINS' })
  expect(statSync(path).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o777, name).toBe(0o600)
})

test('sealed, it shows neither messages nor keys', () => {
  const { folder: path, manifest } = sealed as TakenBackup
  const all = Buffer.concat(readdirSync(path).map((name) => readFileSync(join(path, name))))
  expect(all.includes('publicKey')).toBe(false)
  expect(manifest.encryption).toMatchObject({ kdf: 'argon2id' })
})

test('is put back as it was: messages, order, headers, tables with their rules, keys', async () => {
  const [from, into] = [source as Rig, target as Rig]
  const url = await postgres.createDatabase()
  const backup = await opening(sealed?.folder ?? '')
  const restored = await restoreInto({ as: into.as, reader: into.as('backup'), databaseUrl: url }, backup)
  expect(restored.map(({ name, contentSha256 }) => [name, contentSha256])).toEqual(
    open?.manifest.streams.map(({ name, contentSha256 }) => [name, contentSha256]),
  )
  for (const name of ['IDENTITY', 'INBOX_0']) {
    const [old, now] = await Promise.all([from, into].map((rig) => rig.as('backup').jsm.streams.info(name)))
    expect(now?.state.first_seq).toBeGreaterThan(old?.state.last_seq ?? 0)
    const { first_seq: _, metadata: _own, ...config } = now?.config ?? {}
    expect(old?.config).toMatchObject(config)
  }
  // What the stream knew it had, it still knows: relays bring it again.
  const [again] = [(await from.as('backup').jsm.streams.getMessage('INBOX_0', { last_by_subj: '>' }))?.header]
  const ack = await into
    .as('gateway')
    .js.publish(`kez.inbox.${inbox}.p7`, 'x', { msgID: again?.get('Nats-Msg-Id') ?? '' })
  expect(ack.duplicate).toBe(true)

  const both = 'select * from push.devices d join push.pushes p on p.device = d.id order by d.id'
  expect(await query(url, both)).toEqual(await query(databaseUrl, both))
  await expect(query(url, `insert into push.pushes values (999999, 'x')`)).rejects.toThrow(/foreign key/)
  await expect(query(url, `insert into push.devices (label) select label from push.devices`)).rejects.toThrow(/unique/)
  // The refused row took a number too: counting goes on where it was.
  expect(await query(url, `insert into push.devices (label) values ('new') returning id`)).toEqual([['1202']])
  expect((await backup.key('vapid.json')).toString()).toBe(readFileSync(folder.key, 'utf8'))

  const attempt = restoreInto({ as: into.as, reader: into.as('backup'), databaseUrl: url }, backup)
  await expect(attempt).rejects.toMatchObject({ code: 'target_not_empty' })
  await expect(attempt).rejects.toThrow(/CHAINS, IDENTITY, INBOX_0.* in NATS and the schemas push in Postgres/)
})

test.each<[string, string, () => Promise<unknown>]>([
  ['of another server', 'other_server', () => opening(open?.folder ?? '', { server: 'other.example' })],
  ['of a newer version', 'backup_newer', () => opening(open?.folder ?? '', { version: '1.2.2' })],
  [
    'of a newer format',
    'backup_newer',
    () =>
      opening(
        changed(open, (path) => {
          const file = join(path, 'manifest.json')
          writeFileSync(file, readFileSync(file, 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'))
        }),
      ),
  ],
  ['under a wrong passphrase', 'passphrase_wrong', () => opening(sealed?.folder ?? '', { passphrase: 'x' })],
  [
    'that was cut off',
    'backup_incomplete',
    () => opening(changed(open, (path) => rmSync(join(path, 'manifest.json')))),
  ],
  ['that is not there', 'not_a_backup', () => opening(join(folder.path, 'nothing'))],
  [
    'that is none',
    'not_a_backup',
    () => opening(changed(open, (path) => writeFileSync(join(path, 'manifest.json'), '{"format":"x"}'))),
  ],
  ['with a file less', 'backup_damaged', () => opening(changed(open, (path) => rmSync(join(path, 'CHAINS.stream'))))],
  [
    'with a file cut short',
    'backup_damaged',
    () => opening(changed(open, (path) => truncateSync(join(path, 'INBOX_0.stream'), 1000))),
  ],
  [
    'with a manifest cut short',
    'backup_damaged',
    () => opening(changed(open, (path) => truncateSync(join(path, 'manifest.json'), 500))),
  ],
])('a backup %s is refused with %s', async (_, code, attempt) => {
  expect(await codeOf(attempt())).toBe(code)
})

test('a flipped byte anywhere is found before anything is used', async () => {
  for (const name of readdirSync(open?.folder ?? '').filter((file) => file !== 'manifest.json'))
    for (const at of [0, -1])
      expect(await codeOf(opening(changed(open, (path) => flip(join(path, name), at)))), `${name} ${at}`).toBe(
        'backup_damaged',
      )
  const { length } = readFileSync(join(open?.folder ?? '', 'manifest.json'))
  for (let at = 1; at < length - 1; at += 97) {
    const code = await codeOf(opening(changed(open, (path) => flip(join(path, 'manifest.json'), at))))
    // White space between members is the only thing that says nothing.
    if (code !== 'none') expect(code).toMatch(/^(backup_damaged|not_a_backup|backup_newer)$/)
    else expect(readFileSync(join(open?.folder ?? '', 'manifest.json'), 'latin1')[at]).toMatch(/\s/)
  }
})

test('without the passphrase nobody alters a manifest, not even along with its checksum', async () => {
  const forged = changed(sealed, (path) => {
    const file = join(path, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"server": "chat.example"', '"server": "evil.example"'))
  })
  expect(await codeOf(opening(forged))).toBe('backup_damaged')
})

test('a server is not backed up under a domain that is not its own', async () => {
  const attempt = take(source as Rig, { server: 'other.example' })
  await expect(attempt).rejects.toMatchObject({ code: 'other_server' })
  await expect(attempt).rejects.toThrow('people are registered at chat.example here, and not at other.example')
})

test('a NATS that has lost its log is not backed up, and older backups stay', async () => {
  const other = await startRig()
  try {
    expect(await codeOf(take(other))).toBe('log_missing')
    expect(readdirSync(join(folder.path, 'open'))).toHaveLength(1)
  } finally {
    await other.stop()
  }
})

test('the newest are kept, and nothing else in the folder is touched', async () => {
  const to = join(folder.path, 'old')
  const whole = ['2026-01-01T00-00-00Z', '2026-01-02T00-00-00Z', '2026-01-03T00-00-00Z']
  for (const name of [...whole, '2026-01-04T00-00-00Z', '2026-01-05T00-00-00Z', 'mine'])
    mkdirSync(join(to, name), { recursive: true })
  for (const name of [...whole, 'mine']) writeFileSync(join(to, name, 'manifest.json'), '{}')
  const now = Date.parse('2026-01-05T12:00:00Z')
  expect(await pruneBackups(to, 2, now)).toEqual(['2026-01-04T00-00-00Z', '2026-01-01T00-00-00Z'])
  expect(readdirSync(to)).toEqual(['2026-01-02T00-00-00Z', '2026-01-03T00-00-00Z', '2026-01-05T00-00-00Z', 'mine'])
})

test('what is replaced, removed and added while it runs comes back as a moment had it, and fits the limits', async () => {
  const [from, into] = await Promise.all([startRig(), startRig()])
  try {
    await makeStreams(from)
    await post(from, 300)
    let done = false
    let round = 0
    const { js: cursors } = from.as('relay-bridge')
    const gateway = from.as('gateway')
    const replacing = async (): Promise<void> => {
      for (; !done; round++) await cursors.publish(`$KV.relay-cursors.r${round % 40}`, `{"at":${round}}`)
    }
    const freeing = async (): Promise<void> => {
      while (!done) {
        await post(from, 20)
        const { state } = await gateway.jsm.streams.info('INBOX_0')
        await gateway.jsm.streams.purge('INBOX_0', { filter: `kez.inbox.${inbox}.p7`, seq: state.first_seq + 15 })
      }
    }
    const load = Promise.all([replacing(), freeing(), register(from, 150)])
    await expect.poll(() => round).toBeGreaterThan(40)
    const before = round
    const { folder: path, manifest } = await take(from)
    done = true
    await load
    expect(manifest.streams[0]).toMatchObject({ name: 'KV_relay-cursors', messages: 40 })
    expect(manifest.streams.find(({ name }) => name === 'IDENTITY')?.messages).toSatisfy(
      (count: number) => count % 2 === 0,
    )

    const backup = await opening(path)
    for await (const { data } of backup.messages('KV_relay-cursors'))
      expect(JSON.parse(new TextDecoder().decode(data)).at).toBeGreaterThanOrEqual(before - 40)
    await restoreInto({ as: into.as, reader: into.as('backup'), databaseUrl: await postgres.createDatabase() }, backup)
  } finally {
    await Promise.all([from.stop(), into.stop()])
  }
})
