import { createClient } from '@kez-chat/client'
import { createTransportBinding } from '@kez-chat/identity'
import { outerId } from '@kez-chat/messaging'
import { type FaultyRelay, type Stack, startFaultyRelay, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPerson, type Person, register, startClient } from './clients.ts'

/** The whole of it: the home server with its bridge and its own relay, two other relays, two people. */
let relays: FaultyRelay[]
let stack: Stack
beforeAll(async () => {
  relays = [await startFaultyRelay(), await startFaultyRelay()]
  stack = await startStack({ env: { KEZ_RELAYS: relays.map(({ url }) => url).join(',') } })
})
afterAll(async () => {
  await stack?.stop()
  for (const relay of relays ?? []) await relay.stop()
})

const homeRelay = (): string => `${stack.url.replace(/^http/, 'ws')}/relay`

const newPeople = async (): Promise<[Person, Person]> => {
  const people: [Person, Person] = [newPerson(), newPerson()]
  const client = createClient({ baseUrl: stack.url })
  for (const person of people) {
    await register(stack.url, person)
    const binding = createTransportBinding(person.transportKey.secret, person.key.primary, 'localhost')
    await client.bindTransport({ handle: person.handle, signer: person.key }, binding)
  }
  return people
}

/** What the home server has for somebody: the message behind each record, whichever way it came. */
const inboxOf = async ({ handle, key }: Person) => {
  const { messages } = await createClient({ baseUrl: stack.url }).readInbox({ handle, signer: key }, { limit: 500 })
  return messages.map(({ id, via, envelope, event }) => ({
    id,
    via,
    isMessage: envelope !== undefined || event?.kind === 4242,
    sealed: envelope ?? (event?.kind === 4242 ? JSON.parse(String(event.content)) : undefined),
  }))
}

test('with registry and gateway stopped two people still chat and see delivered; the inbox holds what came by relay; with both back nothing is missing or doubled', async () => {
  const urls = [homeRelay(), ...relays.map(({ url }) => url)]
  const [alice, bob] = await newPeople()
  const [writing, reading] = [
    await startClient(alice, { relays: urls, home: stack.url }),
    await startClient(bob, { relays: urls, home: stack.url }),
  ]
  const said = [await writing.say(bob, 'everything is there')]
  await expect.poll(() => writing.status(said[0] ?? { id: '' })?.state).toBe('delivered')

  await stack.services.gateway.stop()
  await stack.services.registry.stop()
  for (const text of ['the home server is away', 'and we go on']) said.push(await writing.say(bob, text))
  const answer = await reading.say(alice, 'so it seems')
  await expect.poll(() => said.map((inner) => writing.status(inner)?.state)).toEqual(said.map(() => 'delivered'))
  await expect.poll(() => reading.status(answer)?.state).toBe('delivered')

  for (const relay of relays) await relay.down()
  await stack.services.registry.start()
  await stack.services.gateway.start()
  said.push(await writing.say(bob, 'now the relays are away'))
  await expect
    .poll(() => said.map((inner) => writing.status(inner)?.state), { timeout: 45_000 })
    .toEqual(said.map(() => 'delivered'))

  for (const relay of relays) await relay.up()
  said.push(await writing.say(bob, 'all is well again'))
  await expect
    .poll(() => said.map((inner) => writing.status(inner)?.routes.home.state), { timeout: 45_000 })
    .toEqual(said.map(() => 'sent'))
  const texts = [
    'everything is there',
    'the home server is away',
    'and we go on',
    'now the relays are away',
    'all is well again',
  ]
  await expect.poll(() => reading.texts().toSorted()).toEqual(texts.toSorted())
  expect(writing.texts()).toEqual(['so it seems'])

  await expect
    .poll(async () => (await inboxOf(bob)).filter(({ isMessage }) => isMessage).length)
    .toBeGreaterThanOrEqual(texts.length)
  const inbox = await inboxOf(bob)
  expect(new Set(inbox.map(({ id }) => id)).size).toBe(inbox.length)
  // By whichever way it came first, it is one record under the id of its sealed bytes.
  for (const { id, sealed } of inbox) if (sealed) expect(outerId(sealed)).toBe(id)
  const ways = inbox.filter(({ isMessage }) => isMessage).map(({ via }) => via)
  expect(ways.some((via) => urls.some((url) => via.startsWith(url)))).toBe(true)
}, 150_000)

test('by the home relay alone two people chat and see delivered, and the inbox holds it once', async () => {
  const [alice, bob] = await newPeople()
  const [writing, reading] = [
    await startClient(alice, { relays: [homeRelay()] }),
    await startClient(bob, { relays: [homeRelay()] }),
  ]
  const said = await writing.say(bob, 'no other relay in the world')
  await expect.poll(() => writing.status(said)?.state, { timeout: 30_000 }).toBe('delivered')
  expect(reading.texts()).toEqual(['no other relay in the world'])
  const inbox = (await inboxOf(bob)).filter(({ isMessage }) => isMessage)
  expect(inbox).toHaveLength(1)
})

test('what came by relay while somebody was away waits in their inbox, also when the relays have forgotten it', async () => {
  const urls = relays.map(({ url }) => url)
  const [alice, bob] = await newPeople()
  const writing = await startClient(alice, { relays: urls })
  const said = await writing.say(bob, 'read this when you are back')
  await expect.poll(() => writing.status(said)?.state).toBe('sent')
  await expect.poll(async () => (await inboxOf(bob)).length, { timeout: 30_000 }).toBe(1)
  // No relay for the reader: all there is, is what the bridge has put by.
  const reading = await startClient(bob, { home: stack.url })
  await expect.poll(() => reading.texts()).toEqual(['read this when you are back'])
})
