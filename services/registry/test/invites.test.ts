import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckedInvite, commandSubject, DirectoryEntry, Invite, InviteList, Primary } from '@kez-chat/contracts'
import { type Database, openDatabase } from '@kez-chat/eventlog/postgres'
import { acceptRotation, inviteCodeOf, inviteHash, newInvitationSecret } from '@kez-chat/identity'
import { type App, requestCommand, startInternalServer } from '@kez-chat/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tables } from '../src/projection/tables.ts'
import {
  adding,
  allEvents,
  appendChain,
  chainOfKey,
  freshHandle,
  newKey,
  outcome,
  register,
  registrationOf,
  silent,
  startWorld,
  until,
  type World,
} from './rig.ts'

const day = 86_400_000
const operatorSecret = randomBytes(24).toString('hex')
const folder = mkdtempSync(join(tmpdir(), 'kez-test-operator-'))
const secretFile = join(folder, 'secret')
writeFileSync(secretFile, operatorSecret)

let world: World
let apps: App[]
let internal: { port: number; stop(): Promise<void> }
let database: Database<Tables>

beforeAll(async () => {
  world = await startWorld()
  const env = { KEZ_REGISTRATION: 'invite', KEZ_INVITES_PER_PERSON: '3', KEZ_OPERATOR_SECRET_FILE: secretFile }
  apps = await Promise.all([world.startRegistry(env), world.startRegistry(env)])
  internal = await startInternalServer(apps.slice(0, 1), { host: '127.0.0.1', port: 0 })
  database = openDatabase<Tables>({ url: world.databaseUrl, schema: 'registry', log: silent })
})
afterAll(async () => {
  await internal?.stop()
  await database?.close()
  await world?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const newCode = () => inviteHash(inviteCodeOf(newInvitationSecret()))
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString()

const operator = async (wish: object, secret = operatorSecret) => {
  const response = await fetch(`http://127.0.0.1:${internal.port}/internal/invites`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify(wish),
  })
  return { status: response.status, body: await response.json() }
}
const operatorCode = async (uses = 1) => {
  const code = newCode()
  const { status } = await operator({ op: 'issue', ...code, uses, expires_at: inDays(7) })
  expect(status).toBe(200)
  return code
}

const registerWith = (invite: object | undefined, registration: unknown = registrationOf(newKey())) =>
  requestCommand(
    world.gateway.nc,
    commandSubject.register,
    { registration, ...(invite === undefined ? {} : { invite }) },
    DirectoryEntry,
    20_000,
  )

const newMember = async () => {
  const key = newKey()
  const { handle, primary } = await registerWith(await operatorCode(), registrationOf(key))
  return { key, handle, primary }
}
type Member = Pick<Awaited<ReturnType<typeof newMember>>, 'handle' | 'primary'>

const ask = {
  issue: ({ handle, primary }: Member, wish: object) =>
    requestCommand(world.gateway.nc, commandSubject.issueInvite, { handle, primary, ...wish }, Invite, 20_000),
  list: ({ handle, primary }: Member) =>
    requestCommand(world.gateway.nc, commandSubject.listInvites, { handle, primary }, InviteList, 20_000),
  revoke: ({ handle, primary }: Member, id: string) =>
    requestCommand(world.gateway.nc, commandSubject.revokeInvite, { handle, primary, id }, Invite, 20_000),
  check: (code: object) => requestCommand(world.gateway.nc, commandSubject.checkInvite, code, CheckedInvite, 20_000),
}

const tally = (outcomes: string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1
  return counts
}

test('the very first code is given only while nobody is registered, and by nobody but the operator', async () => {
  const wish = { op: 'issue', ...newCode(), uses: 1, expires_at: inDays(7), first: true }
  expect((await operator(wish, 'x'.repeat(48))).body.code).toBe('forbidden')
  expect((await operator({ op: 'list', more: '' }, '')).status).toBe(403)
  expect((await operator({ op: 'grant' })).body.code).toBe('malformed')
  expect(await operator(wish)).toMatchObject({ status: 200, body: { invites: [{ uses: 1, used: 0, status: 'open' }] } })
  expect((await operator({ op: 'list' })).body.invites).toHaveLength(1)
  await registerWith(wish)
  expect((await operator({ ...wish, ...newCode() })).body).toEqual({ invites: [] })
  expect((await operator({ op: 'list' })).body.invites).toMatchObject([{ used: 1, status: 'used_up' }])
})

test('without a code, with a wrong one, or with half of one nobody registers, and nothing is written', async () => {
  const before = await allEvents(await world.asRegistry())
  expect(await outcome(registerWith(undefined))).toBe('invite_required')
  expect(await outcome(registerWith(newCode()))).toBe('invite_invalid')
  expect(await allEvents(await world.asRegistry())).toHaveLength(before.length)
  const code = await operatorCode()
  expect(await outcome(registerWith({ ...code, check: newCode().check }))).toBe('invite_invalid')
  expect(await ask.check(code)).toMatchObject({ uses_left: 1 })
})

test('a registration and the use of its code are one batch; a handle that is taken uses nothing up', async () => {
  const code = await operatorCode()
  const taken = freshHandle()
  await registerWith(await operatorCode(), registrationOf(newKey(), { handle: taken }))
  expect(await outcome(registerWith(code, registrationOf(newKey(), { handle: taken })))).toBe('handle_taken')
  expect(await ask.check(code)).toMatchObject({ uses_left: 1 })
  const { handle } = await registerWith(code)
  const events = (await allEvents(await world.asRegistry())).slice(-3)
  expect(events.map(({ event: { type } }) => type)).toEqual(['HandleRegistered', 'PrimaryBound', 'InviteUsed'])
  expect(events.at(-1)?.event).toMatchObject({ id: code.id, handle })
  expect(await outcome(ask.check(code))).toBe('invite_used_up')
})

test('of 50 registrations at once by a code for one, through two replicas, one wins and 49 hear invite_used_up', async () => {
  const code = await operatorCode()
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(registerWith(code))))
  expect(tally(outcomes)).toEqual({ ok: 1, invite_used_up: 49 })
})

test('a code for many admits as many as it says, also when they come at once', async () => {
  const code = await operatorCode(4)
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcome(registerWith(code))))
  expect(tally(outcomes)).toEqual({ ok: 4, invite_used_up: 2 })
})

test('the same envelope again gets the first answer, when the code is used up, and without it', async () => {
  const code = await operatorCode()
  const registration = registrationOf(newKey())
  const first = await registerWith(code, registration)
  expect(await registerWith(code, registration)).toEqual(first)
  expect(await register(world, registration)).toEqual(first)
  expect(await registerWith(newCode(), registration)).toEqual(first)
})

test('a member issues codes up to a number, lists and revokes them; nobody else can', async () => {
  const [alice, bob] = [await newMember(), await newMember()]
  const codes = [newCode(), newCode(), newCode()]
  const wish = { uses: 2, expires_at: inDays(1) }
  for (const code of codes) await ask.issue(alice, { ...code, ...wish })
  const [first = newCode(), second = newCode()] = codes
  expect(await ask.issue(alice, { ...first, ...wish })).toMatchObject({ id: first.id, used: 0 })
  expect(await outcome(ask.issue(alice, { ...newCode(), ...wish }))).toBe('invite_limit')
  expect(await outcome(ask.issue(bob, { ...first, ...wish }))).toBe('conflict')
  expect(await outcome(ask.issue({ ...alice, primary: bob.primary }, { ...newCode(), ...wish }))).toBe('unauthorized')
  expect(await outcome(ask.issue(bob, { ...newCode(), uses: 1, expires_at: inDays(31) }))).toBe('invalid')
  expect(await outcome(ask.issue(bob, { ...newCode(), uses: 101, expires_at: inDays(1) }))).toBe('malformed')
  await registerWith(first)
  expect(await ask.list(alice)).toMatchObject({
    ...{ may_issue: true, limit: 3 },
    invites: [{ id: first.id, used: 1, status: 'open' }, { used: 0 }, { used: 0 }],
  })
  expect((await ask.list(bob)).invites).toEqual([])
  expect(await outcome(ask.revoke(bob, second.id))).toBe('not_found')
  expect(await ask.revoke(alice, second.id)).toMatchObject({ status: 'revoked' })
  expect(await ask.revoke(alice, second.id)).toMatchObject({ status: 'revoked' })
  expect(await outcome(registerWith(second))).toBe('invite_revoked')
  // What is over makes room.
  await ask.issue(alice, { ...newCode(), ...wish })
})

test('a code ends at its time', async () => {
  const alice = await newMember()
  const code = newCode()
  await ask.issue(alice, { ...code, uses: 1, expires_at: new Date(Date.now() + 1_500).toISOString() })
  await until(async () => (await outcome(ask.check(code))) === 'invite_expired', 'the code has expired')
  expect(await outcome(registerWith(code))).toBe('invite_expired')
  expect((await ask.list(alice)).invites).toEqual([])
})

test('a code outlives the rotation of its issuer, whose new key has it in the list', async () => {
  const { key, handle, primary } = await newMember()
  const code = newCode()
  await ask.issue({ handle, primary }, { ...code, uses: 1, expires_at: inDays(1) })
  const chain = chainOfKey(key)
  const next = newKey()
  await appendChain(world, chain.next(adding('github:alice')))
  await appendChain(world, chain.next({ op: 'rotate', acceptance: acceptRotation(chain.head, next) }))
  expect(await outcome(ask.list({ handle, primary }))).toBe('unauthorized')
  expect((await ask.list({ handle, primary: Primary.parse(next.primary) })).invites).toHaveLength(1)
  await registerWith(code)
})

test('no code is in the log: its hash alone, and Postgres knows who came by which', async () => {
  const secret = newInvitationSecret()
  const code = inviteCodeOf(secret)
  const alice = await newMember()
  await ask.issue(alice, { ...inviteHash(code), uses: 1, expires_at: inDays(1) })
  const { handle } = await registerWith(inviteHash(code))
  const log = JSON.stringify(await allEvents(await world.asRegistry()))
  const raw = Buffer.from(code, 'base64url')
  expect(raw).toHaveLength(16)
  for (const spelling of [secret, code, raw.toString('hex')]) expect(log).not.toContain(spelling)
  expect(createHash('sha256').update(`kez-chat-invite-hash-v1\n`).update(raw).digest('hex')).toBe(
    inviteHash(code).id + inviteHash(code).check,
  )
  await until(async () => {
    const uses = await database.kysely
      .selectFrom('invite_uses')
      .innerJoin('invites', 'invites.id', 'invite_uses.invite')
      .select(['handle', 'issued_by', 'uses'])
      .where('handle', '=', handle)
      .execute()
      .catch(() => [])
    return JSON.stringify(uses) === JSON.stringify([{ handle, issued_by: alice.handle, uses: 1 }])
  }, 'Postgres knows it')
})

test('an operator who keeps the codes to themselves refuses those of members, and lists and revokes the own ones', async () => {
  const alice = await newMember()
  for (const app of apps) await app.stop()
  await internal.stop()
  apps = [await world.startRegistry({ KEZ_MEMBER_INVITES: 'false', KEZ_OPERATOR_SECRET_FILE: secretFile })]
  internal = await startInternalServer(apps, { host: '127.0.0.1', port: 0 })
  expect(await outcome(ask.issue(alice, { ...newCode(), uses: 1, expires_at: inDays(1) }))).toBe('forbidden')
  expect(await ask.list(alice)).toMatchObject({ may_issue: false })
  const code = await operatorCode()
  expect((await operator({ op: 'revoke', id: code.id })).body.invites).toMatchObject([{ status: 'revoked' }])
  expect((await operator({ op: 'revoke', id: newCode().id })).body.code).toBe('not_found')
  // Registration is open again: no code is asked for, none is looked at.
  await registerWith(undefined)
  await registerWith(code)
})
