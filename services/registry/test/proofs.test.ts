import {
  bucketName,
  commandSubject,
  type DirectoryEntry,
  DirectoryEntry as Entry,
  identitySubject,
  Primary,
  ProofChecks,
  primaryHex,
} from '@kez-chat/contracts'
import { append, openBucket } from '@kez-chat/eventlog'
import { createClaim, encodeMarkdown, type SigningKey } from '@kez-chat/identity'
import { requestCommand } from '@kez-chat/runtime'
import { type Counterparts, startCounterparts } from '@kez-chat/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entriesOf, metric, newKey, outcome, register, registrationOf, startWorld, until, type World } from './rig.ts'

let world: World
let counterparts: Counterparts
let places: Record<string, string>

beforeEach(async () => {
  ;[world, counterparts] = await Promise.all([startWorld(), startCounterparts({})])
  const hosts = Object.entries(counterparts.hosts).map(([host, origin]) => `${host}=${origin}`)
  places = {
    KEZ_PROOF_COUNTERPARTS: hosts.join(','),
    KEZ_PROOF_DNS: counterparts.dns.server,
    KEZ_PROOF_RELAYS: counterparts.relay.url,
  }
})
afterEach(async () => {
  await world.stop()
  await counterparts.stop()
})

const setProofs = (entry: DirectoryEntry, proofs: string[]): Promise<DirectoryEntry> =>
  requestCommand(
    world.gateway.nc,
    commandSubject.setProofs,
    { handle: entry.handle, primary: entry.primary, proofs },
    Entry,
    20_000,
  )

const checksOf = async ({ primary }: Pick<DirectoryEntry, 'primary'>) => {
  const bucket = await openBucket(world.gateway, bucketName.proofChecks)
  const found = await bucket.get(primaryHex(Primary.parse(primary)))
  return found ? ProofChecks.parse(found.json()).checks : []
}

const publish = (key: SigningKey, account: string): void =>
  void counterparts.github.publishGist(account, {
    'kez.md': encodeMarkdown(createClaim({ subject: `github:${account}`, createdAt: Date.now() - 60_000 }, key)),
  })

test('a list is in the directory when the answer comes, and is looked at soon after', async () => {
  const app = await world.startRegistry(places)
  const key = newKey()
  const entry = await register(world, registrationOf(key))
  publish(key, 'alice')
  const after = await setProofs(entry, ['github:alice'])
  expect(after).toEqual({ ...entry, proofs: ['github:alice'], seq: expect.any(Number) })
  expect(await entriesOf(world, entry)).toEqual([after, after])
  await until(async () => (await checksOf(entry)).length > 0, 'it was looked for')
  expect(await checksOf(entry)).toMatchObject([{ subject: 'github:alice', status: 'verified' }])
  expect(await metric(app, 'kez_registry_proof_checks_total', 'verified')).toBe(1)
})

test('what a registry that died never looked at is looked at when somebody asks', async () => {
  const first = await world.startRegistry(places)
  const key = newKey()
  const entry = await register(world, registrationOf(key))
  publish(key, 'alice')
  await first.stop()
  const { handle, primary } = entry
  const event = {
    type: 'ProofsSet',
    version: 1,
    handle,
    primary,
    proofs: ['github:alice'],
    at: new Date().toISOString(),
  }
  await append(await world.asRegistry(), [{ subject: identitySubject.handle(handle), expectedSeq: entry.seq, event }])
  await world.startRegistry(places)
  expect(await checksOf(entry)).toEqual([])
  world.gateway.nc.publish(commandSubject.checkProofs, JSON.stringify({ handle }))
  await until(async () => (await checksOf(entry))[0]?.status === 'verified', 'it was looked for')
})

test('what was verified is not looked for again within a day, however often somebody asks', async () => {
  const app = await world.startRegistry(places)
  const key = newKey()
  const entry = await register(world, registrationOf(key))
  publish(key, 'alice')
  await setProofs(entry, ['github:alice'])
  await until(async () => (await checksOf(entry)).length > 0, 'it was looked for')
  const [before] = await checksOf(entry)
  for (let i = 0; i < 10; i++)
    world.gateway.nc.publish(commandSubject.checkProofs, JSON.stringify({ handle: entry.handle }))
  await setProofs(entry, ['github:alice', 'github:other'])
  await until(async () => (await checksOf(entry)).length === 2, 'the other one was looked for')
  expect((await checksOf(entry))[0]).toEqual(before)
  expect(await metric(app, 'kez_registry_proof_checks_total', 'verified')).toBe(1)
})

test('places that do not answer hold up neither commands nor a stop', async () => {
  const app = await world.startRegistry(places)
  counterparts.github.fault('slow')
  const people = await Promise.all(Array.from({ length: 8 }, async () => register(world, registrationOf(newKey()))))
  for (const entry of people) await setProofs(entry, ['github:alice', 'github:bob'])
  expect(await outcome(register(world, registrationOf(newKey())))).toBe('ok')
  const started = Date.now()
  await app.stop()
  expect(Date.now() - started).toBeLessThan(9_000)
  for (const entry of people) expect(await checksOf(entry)).toEqual([])
})
