import { ApiError } from '@kez-chat/client'
import { type ChainEventAppended, chainSubject, type InboxMessage, type Profile } from '@kez-chat/contracts'
import { append, openJetStream } from '@kez-chat/eventlog'
import {
  acceptRotation,
  createEvent,
  createTransportBinding,
  emptyChain,
  type NewChange,
  parseHandle,
  randomBytes,
  type SigningKey,
  signRequest,
  streamAuthText,
} from '@kez-chat/identity'
import { connectNats, createLog } from '@kez-chat/runtime'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  newEnvelope,
  newHandle,
  newKey,
  newPerson,
  type Person,
  type Rig,
  registrationOf,
  startRig,
  type TestGateway,
} from './rig.ts'

let rig: Rig
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
  other = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const ending = (key: SigningKey, to?: SigningKey) => {
  const head = emptyChain(key.primary)
  const change: NewChange =
    to === undefined ? { op: 'revoke', subject: key.primary } : { op: 'rotate', acceptance: acceptRotation(head, to) }
  return createEvent(head, change, Date.now(), key)
}

const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
  )

const write = ({ handle }: Person, bytes?: number) =>
  gateway.client.postMessage({ to: handle, envelope: newEnvelope(bytes) })

/** Both gateways say this, and at once: not only when their copies of the directory have caught up. */
const expectEverywhere = async (look: (at: TestGateway) => Promise<Profile>, expected: object): Promise<void> => {
  for (const at of [gateway, other]) expect(await look(at)).toMatchObject(expected)
}

const withNewKey = (person: Person, signer: SigningKey): Person => ({ ...person, signer })

test('after a rotation the handle is found with the new key, the old key says where to, and the inbox goes on', async () => {
  const alice = await newPerson(gateway)
  const next = newKey()
  const old = await write(alice)
  await gateway.client.bindTransport(alice, createTransportBinding(randomBytes(32), alice.signer.primary, 'localhost'))
  await gateway.client.appendSigchain(ending(alice.signer, next).envelope)

  const current = {
    handle: alice.handle,
    primary: next.primary,
    status: 'active',
    registered_at: alice.profile.registered_at,
  }
  await expectEverywhere(({ client }) => client.lookup(alice.handle), current)
  await expectEverywhere(({ client }) => client.lookupPrimary(next.primary), current)
  await expectEverywhere(({ client }) => client.lookupPrimary(alice.signer.primary), {
    handle: alice.handle,
    primary: alice.signer.primary,
    status: 'rotated',
    rotated_to: next.primary,
  })
  expect((await gateway.client.lookup(alice.handle)).nostr).toBeUndefined()

  const renewed = withNewKey(alice, next)
  const later = await write(alice)
  expect(later.seq).toBeGreaterThan(old.seq)
  for (const { client } of [gateway, other]) {
    expect((await client.readInbox(renewed)).messages.map(({ id }) => id)).toEqual([old.id, later.id])
    expect(await code(client.readInbox(alice))).toBe('invalid_signature')
    expect(await code(client.freeInbox(alice, old.seq))).toBe('invalid_signature')
  }
  await gateway.client.freeInbox(renewed, old.seq)
  expect((await other.client.readInbox(renewed, { since: old.seq })).messages.map(({ seq }) => seq)).toEqual([
    later.seq,
  ])
  expect(await code(gateway.client.register(registrationOf(newHandle(), alice.signer)))).toBe('identity_ended')
})

test('the new key hears messages live; a stream that the old key had opened ends', async () => {
  const alice = await newPerson(gateway)
  const auth = signRequest(streamAuthText(parseHandle(alice.handle)), alice.signer, Date.now())
  const opened = await fetch(`${gateway.baseUrl}/v1/inbox/${alice.handle}/stream`, { headers: { 'x-kez-auth': auth } })
  expect(opened.status).toBe(200)
  const next = newKey()
  await gateway.client.appendSigchain(ending(alice.signer, next).envelope)
  const heard: string[] = []
  const onMessage = ({ id }: InboxMessage): void => void heard.push(id)
  const feed = gateway.client.openInbox({ handle: alice.handle, signer: next, since: 0, onMessage })
  onTestFinished(() => feed.close())
  const { id } = await write(alice)
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual([id])
  expect(await opened.text()).toMatch(/retry: \d+\n\n$/)
})

test('after a self-revocation the identity has ended: lookups say so, and nothing is signed, sent or registered with it', async () => {
  const alice = await newPerson(gateway)
  await gateway.client.bindTransport(alice, createTransportBinding(randomBytes(32), alice.signer.primary, 'localhost'))
  await write(alice)
  await gateway.client.appendSigchain(ending(alice.signer).envelope)
  const revoked = { handle: alice.handle, primary: alice.signer.primary, status: 'revoked' }
  await expectEverywhere(({ client }) => client.lookup(alice.handle), revoked)
  await expectEverywhere(({ client }) => client.lookupPrimary(alice.signer.primary), revoked)
  const binding = createTransportBinding(randomBytes(32), alice.signer.primary, 'localhost')
  for (const { client } of [gateway, other]) {
    expect(await code(client.readInbox(alice))).toBe('identity_ended')
    expect(await code(client.freeInbox(alice, 1))).toBe('identity_ended')
    expect(await code(client.bindTransport(alice, binding))).toBe('identity_ended')
    expect(await code(client.register(registrationOf(newHandle(), alice.signer)))).toBe('identity_ended')
  }
  await expect.poll(() => code(write(alice)), { timeout: 20_000 }).toBe('identity_ended')
  const names = await (await fetch(`${gateway.baseUrl}/.well-known/nostr.json?name=${alice.handle}`)).json()
  expect(names).toEqual({ names: {} })
  const finger = await gateway.client.webFinger(`${alice.handle}@localhost`)
  expect(finger.properties?.['urn:kez-chat:status']).toBe('revoked')
})

/** The end of a chain in the log, as a registry leaves it that dies before anything follows. */
const appendOnly = async (key: SigningKey, to?: SigningKey): Promise<void> => {
  const { event, envelope } = ending(key, to)
  const at = new Date().toISOString()
  const record: ChainEventAppended = {
    type: 'ChainEventAppended',
    version: 1,
    primary: key.primary,
    seq: 0,
    hash: event.hash,
    bytes: 1_000,
    status: to === undefined ? 'revoked' : 'rotated',
    ...(to === undefined ? {} : { rotated_to: to.primary }),
    created_at: at,
    at,
    event: { ...envelope },
  }
  const subject = chainSubject({ alg: 'ed25519', key: key.primary.slice('ed25519:'.length) })
  const nc = await connectNats(
    { name: 'registry', url: rig.nats.url, seed: rig.nats.seeds.registry },
    createLog('test', 'silent'),
  )
  await append(await openJetStream(nc), [{ subject, expectedSeq: 0, event: record }])
  await nc.close()
}

test('until a registry has followed, lookups and request auth answer by the chain; afterwards the directory agrees', async () => {
  const [alice, bob, carol, dave] = [
    await newPerson(gateway),
    await newPerson(gateway),
    await newPerson(gateway),
    await newPerson(gateway),
  ]
  const [second, third] = [newKey(), newKey()]
  const { id } = await write(alice)
  await rig.registry.stop()
  await appendOnly(alice.signer, second)
  await appendOnly(second, third)
  await appendOnly(bob.signer)
  await appendOnly(carol.signer, dave.signer)

  const expectations = async (): Promise<void> => {
    await expectEverywhere(({ client }) => client.lookup(alice.handle), { primary: third.primary, status: 'active' })
    await expectEverywhere(({ client }) => client.lookupPrimary(alice.signer.primary), {
      status: 'rotated',
      rotated_to: second.primary,
    })
    await expectEverywhere(({ client }) => client.lookup(bob.handle), {
      primary: bob.signer.primary,
      status: 'revoked',
    })
    // Dave has a handle of his own, so carol's cannot become his.
    const ended = { primary: carol.signer.primary, status: 'rotated', rotated_to: dave.signer.primary }
    await expectEverywhere(({ client }) => client.lookup(carol.handle), ended)
    await expectEverywhere(({ client }) => client.lookup(dave.handle), {
      primary: dave.signer.primary,
      status: 'active',
    })
    for (const { client } of [gateway, other]) {
      expect((await client.readInbox(withNewKey(alice, third))).messages.map((message) => message.id)).toEqual([id])
      expect(await code(client.readInbox(alice))).toBe('invalid_signature')
      expect(await code(client.readInbox(withNewKey(alice, second)))).toBe('invalid_signature')
      expect(await code(client.readInbox(bob))).toBe('identity_ended')
      expect(await code(client.readInbox(carol))).toBe('identity_ended')
      expect(await code(client.readInbox(withNewKey(carol, dave.signer)))).toBe('identity_ended')
    }
  }
  await expectations()
  await rig.registry.start()
  await expect.poll(() => code(gateway.client.lookupPrimary(third.primary)), { timeout: 30_000 }).toBe('ok')
  await expect.poll(() => code(write(carol)), { timeout: 30_000 }).toBe('identity_ended')
  await expectations()
  await expectEverywhere(({ client }) => client.lookupPrimary(third.primary), {
    handle: alice.handle,
    status: 'active',
  })
})
