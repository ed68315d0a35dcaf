import { signEnvelope } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newHandle, newKey, newPerson, type Rig, registrationOf, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
  other = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const post = (at: TestGateway, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${at.baseUrl}/v1/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

test('a registration is answered with the profile that lookups by handle and by key return', async () => {
  const key = newKey()
  const handle = newHandle()
  const response = await post(gateway, registrationOf(handle, key))
  expect(response.status).toBe(201)
  const profile = await response.json()
  expect(profile).toEqual({
    handle,
    fqhn: `${handle}@localhost`,
    primary: key.primary,
    sigchain_url: `http://sigchains.test/v1/sigchains/ed25519/${key.primary.slice('ed25519:'.length)}`,
    registered_at: expect.stringMatching(/Z$/),
    proofs: [],
    verified: false,
    status: 'active',
  })
  expect(await other.client.lookup(handle)).toEqual(profile)
  expect(await other.client.lookupPrimary(key.primary)).toEqual(profile)
})

test('right after 201 every replica finds the person, also one that has just said 404', async () => {
  for (let i = 0; i < 100; i++) {
    const [handle, key] = [newHandle(), newKey()]
    await expect(other.client.lookup(handle)).rejects.toMatchObject({ code: 'not_found' })
    await gateway.client.register(registrationOf(handle, key))
    const [byHandle, byKey] = await Promise.all([other.client.lookup(handle), other.client.lookupPrimary(key.primary)])
    expect([byHandle.primary, byKey.handle]).toEqual([key.primary, handle])
  }
})

test('the same signed registration sent again gets 201 and the original body, from every replica', async () => {
  const key = newKey()
  const registration = registrationOf(newHandle(), key)
  const answers = []
  for (const at of [gateway, other, gateway]) {
    const response = await post(at, registration)
    answers.push([response.status, await response.text()])
  }
  expect(new Set(answers.map((answer) => answer.join())).size).toBe(1)
  expect(answers[0]?.[0]).toBe(201)
})

const race = async (bodies: unknown[]): Promise<Response[]> =>
  Promise.all(bodies.map((body, i) => post(i % 2 ? gateway : other, body)))

test('of 50 claims of one handle at once exactly one wins, the others hear handle_taken', async () => {
  const handle = newHandle()
  const keys = Array.from({ length: 50 }, newKey)
  const results = await race(keys.map((key) => registrationOf(handle, key)))
  const winners = results.filter(({ status }) => status === 201)
  expect(winners).toHaveLength(1)
  const winner = await winners[0]?.json()
  for (const result of results) if (result.status !== 201) await expectProblem(result, 'handle_taken')
  for (const at of [gateway, other]) expect((await at.client.lookup(handle)).primary).toBe(winner.primary)
})

test('of 50 claims by one key at once exactly one wins, the others hear primary_taken', async () => {
  const key = newKey()
  const handles = Array.from({ length: 50 }, newHandle)
  const results = await race(handles.map((handle) => registrationOf(handle, key)))
  const winners = results.filter(({ status }) => status === 201)
  expect(winners).toHaveLength(1)
  const winner = await winners[0]?.json()
  for (const result of results) if (result.status !== 201) await expectProblem(result, 'primary_taken')
  const found = await Promise.allSettled(handles.map((handle) => gateway.client.lookup(handle)))
  expect(found.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await other.client.lookupPrimary(key.primary)).handle).toBe(winner.handle)
})

test('an address may try a number of times a minute', async () => {
  const strict = await rig.startGateway({ KEZ_REGISTER_RATE_PER_MINUTE: '5' })
  for (let i = 0; i < 5; i++) expect((await post(strict, {})).status).toBe(400)
  const refused = await post(strict, {})
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectProblem(refused, 'rate_limited')
})

test('a registration signed for something else is not one', async () => {
  const key = newKey()
  const claim = signEnvelope('claim', { type: 'kez.claim', version: 1, primary: key.primary, handle: 'mallory' }, key)
  await expectProblem(await post(gateway, claim), 'wrong_type')
})

test('with the registry down people are found and write to each other; registering waits for it', async () => {
  const alice = await newPerson(gateway)
  await rig.registry.stop()
  try {
    const late = await rig.startGateway()
    for (const at of [gateway, late]) {
      expect((await at.client.lookup(alice.handle)).primary).toBe(alice.signer.primary)
      await at.client.postMessage({ to: alice.handle, envelope: { n: at.baseUrl } })
      expect((await at.client.health()).status).toBe('ok')
    }
    expect((await late.client.readInbox(alice)).messages).toHaveLength(2)
    await expectProblem(await fetch(`${late.baseUrl}/v1/u/${newHandle()}`), 'not_found')
    const refused = await post(gateway, registrationOf(newHandle(), newKey()))
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await expectProblem(refused, 'unavailable')
  } finally {
    await rig.registry.start()
  }
  await newPerson(gateway)
})
