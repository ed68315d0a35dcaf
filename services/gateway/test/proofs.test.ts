import { ApiError, createClient } from '@kez-chat/client'
import type { Profile } from '@kez-chat/contracts'
import {
  acceptRotation,
  createClaim,
  createEvent,
  emptyChain,
  encodeDnsTxt,
  encodeJson,
  encodeMarkdown,
  type SigningKey,
} from '@kez-chat/identity'
import { type Counterparts, startCounterparts } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newKey, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

let counterparts: Counterparts
let rig: Rig
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  counterparts = await startCounterparts({ web: ['alice.test'] })
  const hosts = Object.entries(counterparts.hosts).map(([host, origin]) => `${host}=${origin}`)
  rig = await startRig({
    registry: {
      KEZ_PROOF_COUNTERPARTS: hosts.join(','),
      KEZ_PROOF_DNS: counterparts.dns.server,
      KEZ_PROOF_RELAYS: counterparts.relay.url,
    },
  })
  gateway = await rig.startGateway()
  other = await rig.startGateway()
})
afterAll(async () => {
  await rig?.stop()
  await counterparts?.stop()
})

const claim = (key: SigningKey, subject: string) => createClaim({ subject, createdAt: Date.now() - 60_000 }, key)
const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  )

/** What lookups at the other gateway say of a person's proofs, once all have been looked for. */
const looked = async ({ handle }: Person): Promise<Profile> => {
  let profile = await other.client.lookup(handle)
  await expect
    .poll(
      async () => {
        profile = await other.client.lookup(handle)
        return profile.proofs.filter(({ status }) => status === 'pending')
      },
      { timeout: 30_000 },
    )
    .toEqual([])
  return profile
}

test('proofs are looked for in the background, shown with what came of it and when, and two make a person verified', async () => {
  const alice = await newPerson(gateway)
  counterparts.dns.setTxt('_kez.alice.test', await encodeDnsTxt(claim(alice.signer, 'dns:alice.test')))
  counterparts.github.publishGist('alice', { 'kez.md': encodeMarkdown(claim(alice.signer, 'github:alice')) })
  const before = Date.now()
  const answer = await gateway.client.setProofs(alice, ['dns:alice.test', 'github:Alice', 'github:nobody-here'])
  expect(answer.proofs.map(({ subject }) => subject)).toEqual(['dns:alice.test', 'github:alice', 'github:nobody-here'])
  const { proofs, verified } = await looked(alice)
  expect(verified).toBe(true)
  expect(proofs).toMatchObject([
    { subject: 'dns:alice.test', status: 'verified', place: 'TXT _kez.alice.test' },
    { subject: 'github:alice', status: 'verified', place: expect.stringMatching(/^https:\/\/gist\.github\.com\//) },
    { subject: 'github:nobody-here', status: 'failed', reason: 'not_found' },
  ])
  for (const { checked_at: at } of proofs) expect(Date.parse(String(at))).toBeGreaterThanOrEqual(before)
  expect((await looked(alice)).proofs).toEqual(proofs)

  const finger = await gateway.client.webFinger(`${alice.handle}@localhost`, ['urn:kez-chat:proof'])
  expect(finger.aliases).toEqual([expect.stringContaining('/v1/u/'), 'dns:alice.test', 'github:alice'])
  expect(finger.links.map(({ href, properties }) => [href, properties?.['urn:kez-chat:status']])).toEqual([
    ['dns:alice.test', 'verified'],
    ['github:alice', 'verified'],
    ['github:nobody-here', 'failed'],
  ])
})

test('two proofs on one host are not independent; a claim by another key, or one taken back in the sigchain, is none', async () => {
  const bob = await newPerson(gateway)
  const subjects = ['dns:alice.test', 'web:alice.test', 'github:mallory', 'github:bob']
  counterparts.dns.setTxt('_kez.alice.test', await encodeDnsTxt(claim(bob.signer, 'dns:alice.test')))
  counterparts.web.publish(
    'alice.test',
    '/.well-known/kez.json',
    encodeJson(claim(bob.signer, 'web:alice.test')),
    'application/json',
  )
  counterparts.github.publishGist('mallory', { 'kez.md': encodeMarkdown(claim(newKey(), 'github:mallory')) })
  counterparts.github.publishGist('bob', { 'kez.md': encodeMarkdown(claim(bob.signer, 'github:bob')) })
  const revoke = { op: 'revoke', subject: 'github:bob' } as const
  await gateway.client.appendSigchain(
    createEvent(emptyChain(bob.signer.primary), revoke, Date.now(), bob.signer).envelope,
  )
  await gateway.client.setProofs(bob, subjects)
  const { proofs, verified } = await looked(bob)
  expect(proofs.map(({ status, reason }) => reason ?? status)).toEqual([
    'verified',
    'verified',
    'primary_mismatch',
    'revoked',
  ])
  expect(verified).toBe(false)
})

test('what failed is looked for again when its owner says so', async () => {
  const carol = await newPerson(gateway)
  await gateway.client.setProofs(carol, ['github:carol'])
  expect((await looked(carol)).proofs).toMatchObject([{ status: 'failed' }])
  counterparts.github.publishGist('carol', { 'kez.md': encodeMarkdown(claim(carol.signer, 'github:carol')) })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await gateway.client.setProofs(carol, ['github:carol'])
  await expect.poll(async () => (await looked(carol)).proofs[0]?.status, { timeout: 30_000 }).toBe('verified')
})

test('the list is replaced, each subject is in it once, and a new key begins with none', async () => {
  const dave = await newPerson(gateway)
  await gateway.client.setProofs(dave, ['github:dave', 'github:DAVE', 'dns:Dave.Test'])
  const subjects = async () => (await other.client.lookup(dave.handle)).proofs.map(({ subject }) => subject)
  await expect.poll(subjects, { timeout: 20_000 }).toEqual(['github:dave', 'dns:dave.test'])
  await gateway.client.setProofs(dave, ['web:dave.test'])
  await expect.poll(subjects, { timeout: 20_000 }).toEqual(['web:dave.test'])
  const next = newKey()
  const head = emptyChain(dave.signer.primary)
  const rotate = { op: 'rotate', acceptance: acceptRotation(head, next) } as const
  await gateway.client.appendSigchain(createEvent(head, rotate, Date.now(), dave.signer).envelope)
  await expect.poll(subjects, { timeout: 20_000 }).toEqual([])
  expect(await code(gateway.client.setProofs(dave, ['github:dave']))).toBe('invalid_signature')
  expect(await code(gateway.client.setProofs({ ...dave, signer: next }, ['github:dave']))).toBe('ok')
})

test.each<[string, string[], string]>([
  ['more than 64', Array.from({ length: 65 }, (_, i) => `github:account-${i}`), 'invalid'],
  ['no identifier', ['alice'], 'malformed'],
  ['an identifier that no system has', ['github:not a name'], 'malformed'],
  ['an empty one', [''], 'invalid'],
  ['one of 513 characters', [`web:${'a'.repeat(509)}`], 'invalid'],
  [
    'more bytes than there is room for',
    Array.from({ length: 64 }, (_, i) => `x-system:${'é'.repeat(200)}${i}`),
    'invalid',
  ],
])('a list with %s is refused and changes nothing', async (_, proofs, expected) => {
  const person = await newPerson(gateway)
  expect(await code(gateway.client.setProofs(person, proofs))).toBe(expected)
  expect((await gateway.client.lookup(person.handle)).proofs).toEqual([])
})

test('64 proofs fit', async () => {
  const person = await newPerson(gateway)
  const subjects = Array.from({ length: 64 }, (_, i) => `x-system:account-${i}`)
  expect((await gateway.client.setProofs(person, subjects)).proofs).toHaveLength(64)
  const { proofs } = await looked(person)
  expect(new Set(proofs.map(({ reason }) => reason))).toEqual(new Set(['unsupported']))
})

test('the list survives the registry and is there for a client that has no key', async () => {
  const person = await newPerson(gateway)
  await gateway.client.setProofs(person, ['x-system:someone'])
  await rig.registry.stop()
  const stranger = createClient({ baseUrl: other.baseUrl, retries: 0 })
  await expect
    .poll(async () => (await stranger.lookup(person.handle)).proofs[0]?.subject, { timeout: 20_000 })
    .toBe('x-system:someone')
  await rig.registry.start()
})
