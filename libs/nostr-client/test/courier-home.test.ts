import { createClient } from '@kez-chat/client'
import { type Stack, startStack } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anew, type Inbox, type RecordStore } from '../src/index.ts'
import { newDevice, newPerson, type Person, register, startClient } from './clients.ts'
import { startRelays } from './relays.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(async () => stack?.stop())

const newPeople = async (): Promise<[Person, Person]> => {
  const people: [Person, Person] = [newPerson(), newPerson()]
  for (const person of people) await register(stack.url, person)
  return people
}

const inboxOf = async ({ handle, key }: Person) =>
  (await createClient({ baseUrl: stack.url }).readInbox({ handle, signer: key })).messages

test('over the home server alone, with every relay stopped, two people chat and see delivered', async () => {
  const relays = await startRelays(2)
  for (const relay of relays) await relay.down()
  const urls = relays.map(({ url }) => url)
  const [alice, bob] = await newPeople()
  const [writing, reading] = [
    await startClient(alice, { relays: urls, home: stack.url }),
    await startClient(bob, { relays: urls, home: stack.url }),
  ]
  const said = await writing.say(bob, 'no relay today')
  await expect.poll(() => reading.texts()).toEqual(['no relay today'])
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
  expect(writing.status(said)).toMatchObject({
    via: 'home',
    delivered: { via: 'home' },
    routes: { home: { state: 'sent' }, relay: { state: 'waiting' } },
  })
  const answer = await reading.say(alice, 'indeed')
  await expect.poll(() => reading.status(answer)?.state).toBe('delivered')
  // The acks travelled as messages that wake nobody, and are not shown.
  expect(writing.texts()).toEqual(['indeed'])
  expect(await inboxOf(alice)).toHaveLength(2)
})

test('with the home server away they chat over relays, and with both back nothing is missing or doubled', async () => {
  const relays = await startRelays(2)
  const urls = relays.map(({ url }) => url)
  const [alice, bob] = await newPeople()
  const [writing, reading] = [
    await startClient(alice, { relays: urls, home: stack.url }),
    await startClient(bob, { relays: urls, home: stack.url }),
  ]
  const both = await writing.say(bob, 'over both')
  await expect
    .poll(() => writing.status(both)?.routes)
    .toMatchObject({ home: { state: 'sent' }, relay: { state: 'sent' } })
  await expect.poll(() => writing.status(both)?.state).toBe('delivered')

  await stack.services.gateway.stop()
  await stack.services.registry.stop()
  const relayed = await writing.say(bob, 'over relays')
  await expect.poll(() => writing.status(relayed)?.state).toBe('delivered')
  expect(writing.status(relayed)).toMatchObject({ delivered: { via: 'relay' }, routes: { home: { state: 'waiting' } } })

  await stack.services.registry.start()
  await stack.services.gateway.start()
  for (const relay of relays) await relay.down()
  const housed = await writing.say(bob, 'over the home server')
  await expect.poll(() => writing.status(housed)?.state, { timeout: 30_000 }).toBe('delivered')

  for (const relay of relays) await relay.up()
  const last = await writing.say(bob, 'over both again')
  await expect
    .poll(() => [both, relayed, housed, last].map((inner) => writing.status(inner)?.routes.home.state), {
      timeout: 30_000,
    })
    .toEqual(['sent', 'sent', 'sent', 'sent'])
  await expect.poll(() => writing.status(last)?.state).toBe('delivered')
  const texts = ['over both', 'over both again', 'over relays', 'over the home server']
  expect(reading.texts().toSorted()).toEqual(texts)
  const inbox = await inboxOf(bob)
  // One copy of each: the same sealed bytes went on both routes, and again after the break.
  expect(new Set(inbox.map(({ id }) => id)).size).toBe(inbox.length)
  expect(inbox.filter(({ envelope }) => envelope !== undefined)).toHaveLength(4)
})

test('a client that dies while the home route is at work loses nothing and shows nothing twice', async () => {
  const [alice, bob] = await newPeople()
  let writing = await startClient(alice, { home: stack.url })
  let reading = await startClient(bob, { home: stack.url })
  const said: { id: string }[] = []
  for (let i = 0; i < 8; i++) {
    said.push(await writing.say(bob, `message ${i}`))
    await new Promise((resolve) => setTimeout(resolve, i * 17))
    const which = i % 2 === 0 ? writing : reading
    const device = await which.device.freeze()
    await which.courier.stop()
    const again = await startClient(which.person, { home: stack.url, device })
    if (i % 2 === 0) writing = again
    else reading = again
  }
  await expect.poll(() => reading.texts()).toEqual(said.map((_, i) => `message ${i}`))
  await expect
    .poll(() => said.map((inner) => writing.courier.status(inner.id)?.state ?? 'delivered'))
    .toEqual(said.map(() => 'delivered'))
})

test('what the home server refuses for good is told as refused, and relays still carry it', async () => {
  const relays = await startRelays(1)
  const urls = relays.map(({ url }) => url)
  const [alice] = await newPeople()
  const nobody = newPerson()
  const writing = await startClient(alice, { relays: urls, home: stack.url })
  // Somebody of whom a lookup told a handle that has since gone.
  await startClient(nobody, { relays: urls })
  const said = await writing.say(nobody, 'where are you registered?')
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
  await expect.poll(() => writing.status(said)?.routes.home).toMatchObject({ state: 'refused', reason: 'not_found' })
})

test('what every way has refused is let go at once, and can be handed over anew', async () => {
  const [alice] = await newPeople()
  const late = newPerson()
  await startClient(late)
  const writing = await startClient(alice, { home: stack.url })
  const prepared = await writing.courier.prepare({
    to: late.key.primary,
    body: { type: 'text', text: 'are you there?' },
  })
  await writing.courier.submit(prepared)
  await expect.poll(() => writing.status(prepared.inner)?.state).toBe('failed')
  expect(writing.courier.status(prepared.inner.id)).toBeUndefined()
  expect(await writing.device.outgoing.entries()).toEqual([])
  await register(stack.url, late)
  await writing.courier.submit({ ...prepared, record: anew(prepared.record, Date.now()) })
  await expect.poll(() => writing.status(prepared.inner)?.state).toBe('sent')
})

test('a message that could not be kept comes again, also after a restart', async () => {
  const [alice, bob] = await newPeople()
  const full: Inbox = { take: () => Promise.reject(new Error('the disk is full')) }
  const failing = await startClient(bob, { home: stack.url, courier: { inbox: full } })
  const writing = await startClient(alice, { home: stack.url })
  const said = await writing.say(bob, 'keep this')
  await expect.poll(() => failing.errors.length).toBeGreaterThan(0)
  expect(writing.status(said)?.state).not.toBe('delivered')
  const device = await failing.device.freeze()
  await failing.courier.stop()
  const reading = await startClient(bob, { home: stack.url, device })
  await expect.poll(() => reading.texts()).toEqual(['keep this'])
  await expect.poll(() => writing.status(said)?.state).toBe('delivered')
})

test('a cursor that cannot be read or reset at first keeps nothing from coming', async () => {
  const [alice, bob] = await newPeople()
  const device = newDevice()
  await device.cursor.put('inbox', Number.MAX_SAFE_INTEGER)
  const failures: string[] = []
  const failOnce = (what: string): void => {
    if (failures.includes(what)) return
    failures.push(what)
    throw new Error(`the disk does not ${what}`)
  }
  const cursor: RecordStore = {
    ...device.cursor,
    entries: async () => {
      failOnce('read')
      return device.cursor.entries()
    },
    put: async (key, value) => {
      if (value === 0) failOnce('reset')
      await device.cursor.put(key, value)
    },
  }
  const contacts = [{ primary: bob.key.primary, handle: `${bob.handle}@localhost`, accepted: true }]
  const writing = await startClient(alice, { home: stack.url, contacts })
  const said = await writing.say(bob, 'in spite of the disk')
  await expect.poll(() => writing.status(said)?.state).toBe('sent')
  const reading = await startClient(bob, { home: stack.url, device: { ...device, cursor } })
  await expect.poll(() => reading.texts()).toEqual(['in spite of the disk'])
  const told = ['the disk does not read', 'the disk does not reset'].map((message) => new Error(message))
  expect(reading.errors).toEqual(expect.arrayContaining([...told, expect.objectContaining({ code: 'cursor_reset' })]))
})
