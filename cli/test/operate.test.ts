import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiError, createClient } from '@kez-chat/client'
import { openNatsClient } from '@kez-chat/client/nats'
import { loadLast, openBucket, openJetStream, putDeadLetter } from '@kez-chat/eventlog'
import { openDatabase } from '@kez-chat/eventlog/postgres'
import { newPhrase, phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import { createUserNkey } from '@kez-chat/nats-config'
import { connectNats, createLog, type NatsConnection } from '@kez-chat/runtime'
import { type Stack, startStack } from '@kez-chat/testkit'
import { connect } from '@nats-io/transport-node'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kez } from './kez.ts'

const folder = mkdtempSync(join(tmpdir(), 'kez-operate-'))
const secretFile = join(folder, 'operator.secret')
writeFileSync(secretFile, `${randomBytes(32).toString('hex')}\n`)

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { KEZ_OPERATOR_SECRET_FILE: secretFile } })
})
afterAll(async () => {
  await stack?.stop()
  rmSync(folder, { recursive: true })
})

const admin = (args: readonly string[], env: Record<string, string> = {}) =>
  kez(['admin', ...args], {
    env: {
      NATS_URL: stack.nats.url,
      KEZ_ADMIN_NATS_SEED_FILE: stack.nats.seedFiles.admin,
      DATABASE_URL: stack.databaseUrl,
      KEZ_INTERNAL_URL: stack.internal.registry,
      KEZ_OPERATOR_SECRET_FILE: secretFile,
      ...env,
    },
  })
const json = async (args: readonly string[], env?: Record<string, string>) =>
  JSON.parse((await admin([...args, '--json'], env)).out)

const register = async (handle: string): Promise<string> => {
  const phrase = newPhrase(12)
  const { code, err } = await kez(['register', handle, '--mnemonic', '-'], {
    env: { KEZ_SERVER: stack.url },
    stdin: phrase,
  })
  expect(err).toBe('')
  expect(code).toBe(0)
  return phrase
}

describe('kez admin user', () => {
  const codeOf = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'ok',
      (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
    )

  it('bars a handle: streams and NATS connections end, devices go, nothing comes in or out, until it is restored', async () => {
    const phrase = await register('mallory')
    const mallory = { handle: 'mallory', signer: signingKeyFromSeed(phraseToSeed(phrase)) }
    const client = createClient({ baseUrl: stack.url, retries: 0 })
    await client.subscribePush(mallory, { endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/one' })
    const seen = { stream: '', errors: new Set<string>() }
    const feed = client.openInbox({
      ...mallory,
      onMessage: () => undefined,
      onStatus: (status) => {
        seen.stream = status
      },
      onError: (error) => {
        if (error instanceof ApiError) seen.errors.add(error.code)
      },
    })
    const login = { connect, servers: stack.nats.url, server: stack.server, signer: mallory.signer }
    const nats = await openNatsClient({ ...login, connection: { maxReconnectAttempts: 0 } })
    await expect.poll(() => seen.stream, { timeout: 20_000 }).toBe('live')

    const barred = await admin(['user', 'revoke', 'mallory', '--reason', 'abuse'])
    expect(barred.err).toBe('')
    expect(barred.out).toBe(
      'mallory is barred. Open streams and NATS connections end within 15 seconds. Removed from push: 1 device.\n',
    )
    await expect.poll(() => [...seen.errors], { timeout: 20_000 }).toContain('handle_barred')
    await expect.poll(() => nats.connection.isClosed(), { timeout: 20_000 }).toBe(true)
    expect(await codeOf(client.readInbox(mallory))).toBe('handle_barred')
    const post = { to: 'mallory', envelope: { v: 2, type: 'x' } }
    await expect.poll(() => codeOf(client.postMessage(post))).toBe('handle_barred')
    expect((await client.lookup('mallory')).status).toBe('barred')
    await expect(
      openNatsClient({ ...login, timeout: 3_000, connection: { maxReconnectAttempts: 0 } }),
    ).rejects.toThrow()
    expect(await json(['user', 'revoke', 'mallory'])).toMatchObject({ status: 'barred', devices: 0 })

    expect((await admin(['user', 'restore', 'mallory'])).out).toBe('mallory is let in again\n')
    feed.retryNow()
    await expect.poll(() => seen.stream, { timeout: 30_000 }).toBe('live')
    await feed.close()
    await (await openNatsClient(login)).close()
    expect((await client.pushSubscriptions(mallory)).subscriptions).toEqual([])
  })

  it.each([
    [['revoke', 'nobody-here'], 1, 'not_found'],
    [['revoke', 'x'], 2, 'usage'],
    [['restore', 'mallory', '--reason', 'other'], 2, 'usage'],
    [['revoke', 'mallory', '--secret-file', '/dev/null'], 1, 'forbidden'],
  ])('kez admin user %j ends with %i %s', async (args, exit, code) => {
    const ended = await admin(['user', ...args, '--json'])
    expect(JSON.parse(ended.err).error.code).toBe(code)
    expect(ended.code).toBe(exit)
  })
})

describe('the way to NATS and Postgres', () => {
  it.each([
    [['streams', 'check', '--nats-url', 'nats://127.0.0.1:1'], 3, 'nats_unreachable'],
    [['streams', 'check', '--nats-seed-file', join(folder, 'none')], 4, 'no_admin_key'],
    [['projection', 'status', '--database-url-file', join(folder, 'none')], 4, 'file_not_read'],
  ])('kez admin %j ends with %i %s', async (args, exit, code) => {
    const ended = await admin([...args, '--json'])
    expect(ended.code).toBe(exit)
    expect(JSON.parse(ended.err).error.code).toBe(code)
  })

  it('tells a key that NATS does not know from a NATS that is away, and so with the password of Postgres', async () => {
    const wrong = join(folder, 'wrong.nk')
    writeFileSync(wrong, createUserNkey().seed)
    const unknown = await admin(['streams', 'check', '--json'], { KEZ_ADMIN_NATS_SEED_FILE: wrong })
    expect(JSON.parse(unknown.err).error.code).toBe('nats_refused')
    const url = new URL(stack.databaseUrl)
    url.password = 'wrong'
    const refused = await admin(['projection', 'status', '--json'], { DATABASE_URL: url.href })
    expect(JSON.parse(refused.err).error.code).toBe('postgres_refused')
    expect(refused.err).not.toContain('wrong@')
  })
})

describe('kez admin streams', () => {
  const asOwner = async <T>(work: (nc: NatsConnection) => Promise<T>): Promise<T> => {
    const nc = await connectNats(
      { name: 'admin', url: stack.nats.url, seed: stack.nats.seeds.admin },
      createLog('test', 'silent'),
    )
    try {
      return await work(nc)
    } finally {
      await nc.close()
    }
  }
  const ask = (subject: string, body: object = {}) =>
    asOwner(async (nc) => (await nc.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 3_000 })).json())

  it('finds every stream of a fresh server as it should be', async () => {
    const checked = await admin(['streams', 'check'])
    expect(checked.err).toBe('')
    expect(checked.out).toMatch(/^ok +IDENTITY +\d+ messages$/m)
    expect(checked.out).toMatch(/^ok +INBOX_0\/push +\d+ waiting$/m)
    expect(checked.out).toMatch(/^ok +CHAINS\/settlement_[0-9a-f]{12} +\d+ waiting$/m)
    expect(checked.code).toBe(0)
    expect((await admin(['streams', 'diff'])).out).toBe('Every stream is as this version wants it.\n')
  })

  it('sets what takes nothing away, leaves what would, says why, and changes nothing when only asked', async () => {
    await register('dora')
    const { config } = (await ask('STREAM.INFO.IDENTITY')) as { config: Record<string, unknown> }
    await ask('STREAM.UPDATE.IDENTITY', { ...config, allow_direct: false, duplicate_window: 60e9 })
    const smaller = {
      KEZ_CHAIN_STREAM_BYTES: String(2 * 1024 * 1024),
      KEZ_INBOX_STREAM_BYTES: String(4096 * 1024 ** 2),
    }
    const diff = await admin(['streams', 'diff'], smaller)
    expect(diff.code).toBe(1)
    expect(diff.out).toMatch(/^ {2}allow_direct +is no, +should be yes: +can be set/m)
    expect(diff.out).toMatch(/^ {2}duplicate_window +is 1 minute, +should be 10 minutes: +can be set/m)
    expect(diff.out).toMatch(/^ {2}max_bytes +is 2 GiB, +should be 4 GiB: +can be set, a wider limit/m)
    const dry = await admin(['streams', 'apply', '--dry-run'], smaller)
    expect(dry.out).toContain('Nothing was changed.')
    expect((await admin(['streams', 'check'])).out).toMatch(/^differs +IDENTITY +.*allow_direct/m)
    const applied = await json(['streams', 'apply'], smaller)
    expect(applied).toMatchObject({ well: true, applied: { INBOX_0: ['max_bytes'], CHAINS: ['max_bytes'] } })
    expect(applied.applied.IDENTITY.toSorted()).toEqual(['allow_direct', 'duplicate_window'])
    // An identity log of one copy in one place cannot become one that forgets.
    const refused = await admin(['streams', 'apply'], { KEZ_STREAM_REPLICAS: '3' })
    expect(refused.code).toBe(1)
    expect((await admin(['streams', 'apply'])).code).toBe(0)
  })

  it('has a user that makes, empties and reads nothing', async () => {
    for (const subject of [
      'STREAM.MSG.GET.IDENTITY',
      'STREAM.PURGE.IDENTITY',
      'STREAM.DELETE.IDENTITY',
      'STREAM.CREATE.OTHER',
      'CONSUMER.CREATE.IDENTITY.x',
      'STREAM.UPDATE.OTHER',
    ])
      await expect(ask(subject), subject).rejects.toThrow(/[Pp]ermission/)
  })
})

describe('kez admin dead-letters', () => {
  it('lists, shows, has one done now, and drops only what is meant', async () => {
    expect((await admin(['dead-letters', 'list'])).out).toBe('There are no dead letters.\n')
    await register('henry')
    const push = await connectNats(
      { name: 'push', url: stack.nats.url, seed: stack.nats.seeds.push },
      createLog('test', 'silent'),
    )
    const registry = await connectNats(
      { name: 'registry', url: stack.nats.url, seed: stack.nats.seeds.registry },
      createLog('test', 'silent'),
    )
    const log = await openJetStream(registry)
    const event = await loadLast(log, 'IDENTITY', 'identity.handle.henry')
    if (!event) throw new TypeError('henry is not in the log')
    // As the registry gives an event up that it cannot put into the directory.
    const bucket = await openBucket(log, 'directory')
    await bucket.put('h.henry', '{}')
    const given = { deliveries: 60, error: new TypeError('no\u001b[2J luck') }
    await putDeadLetter(log, { reaction: 'directory', stream: 'IDENTITY' }, event, given)
    await putDeadLetter(await openJetStream(push), { reaction: 'push', stream: 'INBOX_0' }, { ...event, seq: 7 }, given)
    await push.close()

    const id = `directory/IDENTITY/${event.seq}`
    const listed = await admin(['dead-letters', 'list'])
    expect(listed.out).toMatch(/^push\/INBOX_0\/7 +20\d\d-\S+ +60 +no.\[2J luck$/m)
    expect(listed.out).not.toContain('henry')
    expect(listed.out).not.toContain('\u001b')
    expect((await admin(['dead-letters', 'show', id])).out).toMatch(/^about +identity\.handle\.henry$/m)

    expect((await admin(['dead-letters', 'retry', id])).out).toBe(`${id}  handled\n`)
    expect((await bucket.get('h.henry'))?.json()).toMatchObject({ handle: 'henry', status: 'active' })
    expect(JSON.parse((await admin(['dead-letters', 'retry', id, '--json'])).err).error.code).toBe('not_found')
    // The event behind this one is not there: it can only be dropped.
    const lost = await admin(['dead-letters', 'retry', '--all'])
    expect(lost.err).toContain('the letter can only be dropped')
    expect((await admin(['dead-letters', 'drop', 'push/INBOX_0/7'])).err).toContain('say --yes')
    expect((await admin(['dead-letters', 'drop', '--all', '--yes'])).out).toBe('push/INBOX_0/7  dropped\n')
    expect(await json(['dead-letters', 'list'])).toEqual({ total: 0, letters: [] })
    await registry.close()
  })

  it.each([
    [['show'], 'usage'],
    [['show', 'push'], 'usage'],
    [['list', '--all'], 'usage'],
    [['show', 'push/INBOX_0/1'], 'not_found'],
  ])('kez admin dead-letters %j is refused: %s', async (args, code) => {
    expect(JSON.parse((await admin(['dead-letters', ...args, '--json'])).err).error.code).toBe(code)
  })
})

describe('kez admin projection', () => {
  it('says how far each has come', async () => {
    await expect
      .poll(async () => (await json(['projection', 'status'])).projections, { timeout: 20_000 })
      .toEqual([
        expect.objectContaining({ name: 'people', state: 'current', behind: 0 }),
        expect.objectContaining({ name: 'chains', state: 'current', behind: 0 }),
        expect.objectContaining({ name: 'directory', state: 'current', behind: 0 }),
      ])
    expect((await admin(['projection', 'status'])).out).toMatch(/^people +current +\d+ +\d+ +0 +\d+ s ago/m)
  })

  it('makes each anew while people register, loses none of them, and puts right what was wrong', async () => {
    const database = openDatabase<{ handles: { handle: string } }>({
      url: stack.databaseUrl,
      schema: 'registry',
      log: createLog('test', 'silent'),
    })
    const handles = async () => {
      const rows = await database.kysely.selectFrom('handles').select('handle').orderBy('handle').execute()
      return rows.map(({ handle }) => handle)
    }
    const client = createClient({ baseUrl: stack.url })
    await expect.poll(handles).toContain('dora')
    // A rebuild before this one was killed half-way.
    await sql`create schema registry_rebuild`.execute(database.kysely)
    await sql`create table registry_rebuild.handles (half text)`.execute(database.kysely)
    // Somebody has lost a row, and nobody noticed.
    await database.kysely.deleteFrom('handles').where('handle', '=', 'dora').execute()
    const writing = (async () => {
      for (const name of ['erin', 'frank', 'grace']) {
        await register(name)
        expect((await client.lookup('dora')).status).toBe('active')
      }
    })()
    const rebuilt = await json(['projection', 'rebuild', 'people'])
    expect(rebuilt).toMatchObject({ projection: 'people', state: 'done' })
    await writing
    await expect.poll(handles, { timeout: 20_000 }).toEqual(expect.arrayContaining(['dora', 'erin', 'frank', 'grace']))
    expect((await admin(['projection', 'rebuild', 'chains'])).out).toBe('chains was made anew from 0 events.\n')

    // An entry that somebody has spoilt, although it claims to be as new as the log.
    const gateway = await connectNats(
      { name: 'registry', url: stack.nats.url, seed: stack.nats.seeds.registry },
      createLog('test', 'silent'),
    )
    const bucket = await openBucket(await openJetStream(gateway), 'directory')
    const entry = (await bucket.get('h.dora'))?.json<object>()
    await bucket.put('h.dora', JSON.stringify({ ...entry, status: 'revoked' }))
    await expect.poll(async () => (await client.lookup('dora')).status).toBe('revoked')
    expect(await json(['projection', 'rebuild', 'directory'])).toMatchObject({ state: 'done' })
    await expect.poll(async () => (await client.lookup('dora')).status).toBe('active')
    await gateway.close()
    await database.close()
    expect(JSON.parse((await admin(['projection', 'rebuild', '--json'])).err).error.code).toBe('usage')
  })
})

describe('kez admin database', () => {
  it('says whether every schema is of this version, changes nothing where it is, and refuses tables of a newer one', async () => {
    const names = ['event_archive', 'registry', 'sigchains', 'push']
    const { schemas, well } = await json(['database', 'status'])
    expect(well).toBe(true)
    expect(schemas.map(({ schema }: { schema: string }) => schema)).toEqual(names)
    expect(await json(['database', 'migrate'])).toMatchObject({ well: true, schemas: names.map(() => ({ ran: [] })) })
    const database = openDatabase({ url: stack.databaseUrl, schema: 'push', log: createLog('test', 'silent') })
    try {
      await sql`insert into push.kysely_migration values ('2999-01-01T00:00:00Z-of-tomorrow', 'x')`.execute(
        database.kysely,
      )
      await sql`delete from push.kysely_migration where name like '2026-03-02%'`.execute(database.kysely)
      const status = await admin(['database', 'migrate'])
      expect(status.code).toBe(1)
      expect(status.err).toMatch(/of-tomorrow/)
    } finally {
      await sql`delete from push.kysely_migration where name like '2999%'`.execute(database.kysely)
      await database.close()
    }
  })
})
