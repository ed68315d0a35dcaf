import { createClient } from '@kez-chat/client'
import { parsePrimary, randomBytes } from '@kez-chat/identity'
import { addressOf, createAuthorKey, createInner, messagingKeyFromSeed, seal } from '@kez-chat/messaging'
import {
  createAckEvent,
  createMessageEvent,
  KIND_ACK,
  KIND_INBOX_RELAYS,
  KIND_MESSAGE,
  KIND_PROFILE,
  KIND_RELAY_LIST,
  type NostrEvent,
  parseNostrEvent,
  signEvent,
} from '@kez-chat/messaging/nostr'
import { createRelayPool, verifyHere } from '@kez-chat/nostr-client'
import { type FaultyRelay, startFaultyRelay } from '@kez-chat/testkit'
import type { Page, WebSocketRoute } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type AppUnderTest, startAppUnderTest } from './app-under-test.ts'
import { countRecords } from './browser-storage.ts'
import { bubbles, newPerson, openChatWith, type Person, reaches, stateOf, write } from './person.ts'

let relays: FaultyRelay[]
let app: AppUnderTest
let alice: Person
let bob: Person

/** The home server's own relay, which is on the way of a browser like any other. */
const homeRelay = { away: false, open: new Set<WebSocketRoute>() }

const setHomeRelay = async (there: boolean): Promise<void> => {
  homeRelay.away = !there
  if (!there) for (const socket of homeRelay.open) await socket.close()
  homeRelay.open.clear()
}

const routeHomeRelay = ({ context }: Person): Promise<void> =>
  context.routeWebSocket(/\/relay$/, (socket) => {
    if (homeRelay.away) return void socket.close()
    socket.connectToServer()
    homeRelay.open.add(socket)
  })

const everyRelay = async (what: 'up' | 'down'): Promise<void> => {
  await setHomeRelay(what === 'up')
  for (const relay of relays) await relay[what]()
}

/** How many relays a page has in use and open, by what it shows. */
const waitsForRelays = (page: Page) =>
  page.locator('.connection[data-kind="live"]').first().waitFor({ timeout: 60_000 })

beforeAll(async () => {
  relays = [await startFaultyRelay(), await startFaultyRelay(), await startFaultyRelay()]
  const urls = relays.map(({ url }) => url).join(',')
  app = await startAppUnderTest({ env: { KEZ_RELAYS: urls, KEZ_CSP_CONNECT: urls } })
  alice = await newPerson(app.browser, app.url, 'alice')
  bob = await newPerson(app.browser, app.url, 'bob')
  for (const [person, other] of [
    [alice, 'bob'],
    [bob, 'alice'],
  ] as const) {
    await routeHomeRelay(person)
    await openChatWith(person.page, other)
    await person.page.reload()
    await waitsForRelays(person.page)
  }
})

afterAll(async () => {
  await app?.stop()
  for (const relay of relays ?? []) await relay.stop()
})

afterEach(() => {
  // Playwright's stand-in for a socket that is routed sends without asking whether the server's is still open.
  for (const { complaints } of [alice, bob])
    expect(complaints.filter((one) => !one.startsWith('WebSocket is already in CLOSING'))).toEqual([])
})

const texts = async (page: Page) => (await bubbles(page)).map(({ text }) => text)

const arrives = (page: Page, text: string) =>
  page.locator('.bubble', { hasText: text }).first().waitFor({ timeout: 60_000 })

/** Each says something to the other, and both see it delivered. */
const talk = async (name: string): Promise<void> => {
  await write(alice.page, `${name}: alice`)
  await write(bob.page, `${name}: bob`)
  await reaches(alice.page, `${name}: alice`, 'delivered')
  await reaches(bob.page, `${name}: bob`, 'delivered')
}

const stored = (kind: number): NostrEvent[] =>
  relays.flatMap((relay) => relay.stored()).flatMap((event) => (event.kind === kind ? [parseNostrEvent(event)] : []))

it('a first unlock tells relays who the nostr key is and where it is reached', async () => {
  await expect
    .poll(
      () =>
        [KIND_PROFILE, KIND_RELAY_LIST, KIND_INBOX_RELAYS].map(
          (kind) => new Set(stored(kind).map((e) => e.pubkey)).size,
        ),
      {
        timeout: 60_000,
      },
    )
    .toEqual([2, 2, 2])
  expect(stored(KIND_PROFILE).map(({ content }) => JSON.parse(content).nip05)).toContain('alice@localhost')
})

it('with registry and gateway stopped two people who know each other chat over relays and see delivered; with every relay stopped over the home server; with both back nothing is missing or doubled', async () => {
  await talk('all there')
  await app.stack.services.gateway.stop()
  await app.stack.services.registry.stop()
  await talk('no home server')

  await app.stack.services.registry.start()
  await app.stack.services.gateway.start()
  await everyRelay('down')
  await talk('no relay')

  await everyRelay('up')
  await talk('all back')
  const said = ['all there', 'no home server', 'no relay', 'all back'].flatMap((name) => [
    `${name}: alice`,
    `${name}: bob`,
  ])
  await Promise.all([alice.page.reload(), bob.page.reload()])
  for (const { page, handle } of [alice, bob]) {
    await arrives(page, 'all back: alice')
    expect((await texts(page)).toSorted()).toEqual(said.toSorted())
    // How far each got is still known after the reload.
    const own = (await bubbles(page)).filter((bubble) => bubble.own)
    expect(own.map(({ text, state }) => [text.endsWith(handle), state])).toEqual(own.map(() => [true, 'delivered']))
    await waitsForRelays(page)
  }
}, 240_000)

it('a relay that says OK and drops makes no delivery; one that says nothing and one that answers late hold nobody up', async () => {
  await app.stack.services.gateway.stop()
  const [lying, silent, late] = relays
  lying?.set({ okNotStored: 1, okNotServed: 1 })
  silent?.set({ silent: true })
  late?.set({ delay: [300, 900], lateOk: 3_000, duplicate: 1 })
  await talk('through the late one')

  await late?.down()
  await write(alice.page, 'only the liar takes it')
  await reaches(alice.page, 'only the liar takes it', 'sent')
  expect(await texts(bob.page)).not.toContain('only the liar takes it')
  for (const relay of relays) relay.set({})
  await late?.up()
  await app.stack.services.gateway.start()
  await reaches(alice.page, 'only the liar takes it', 'delivered')
  for (const { page } of [alice, bob]) {
    const shown = await texts(page)
    expect(new Set(shown).size).toBe(shown.length)
  }
}, 240_000)

it('confirmations that are forged, unsigned, of somebody else or repeated deliver nothing; the true one does', async () => {
  await bob.page.goto('about:blank')
  const mallory = messagingKeyFromSeed(randomBytes(32))
  const known = new Set(stored(KIND_MESSAGE).map(({ id }) => id))
  await write(alice.page, 'nobody reads this yet')
  await reaches(alice.page, 'nobody reads this yet', 'sent')
  await expect.poll(() => stored(KIND_MESSAGE).some(({ id }) => !known.has(id))).toBe(true)
  const event = stored(KIND_MESSAGE).find(({ id }) => !known.has(id))
  const old = stored(KIND_ACK)[0]
  if (!event || !old) throw new Error('no event to confirm')

  const { primary } = await createClient({ baseUrl: app.url }).lookup('alice')
  const to = parsePrimary(primary)
  const [author, now] = [createAuthorKey(), Date.now()]
  const opened = { inner: { from: to, to: mallory.primary }, body: { type: 'text' as const, text: '' } }
  const foreign = createAckEvent({ event, opened }, mallory, now, author)
  const tags = [
    ['e', event.id],
    ['p', event.pubkey],
    ['q', addressOf(to)],
  ]
  const unsigned = signEvent({ kind: KIND_ACK, tags, content: '' }, now, author)
  // A true signature of the right person, of another message.
  const sig = old.tags.find(([name]) => name === 'kez-sig') ?? []
  const repeated = signEvent({ kind: KIND_ACK, tags: [...tags, [...sig]], content: '' }, now, author)
  // After them in the same queues comes something that is shown, which proves that they were looked at.
  const inner = createInner({
    ...{ from: mallory.primary, fromHandle: 'mallory@localhost', to, body: { type: 'text', text: 'hi' }, sentAt: now },
    authors: [author.publicKey],
  })
  const marker = createMessageEvent({ envelope: await seal(inner, mallory), to, at: now, wake: true }, author)
  const before = await countRecords(alice.page, 'messages')
  const pool = createRelayPool({
    ...{ relays: relays.map(({ url }) => url), verify: verifyHere },
    signAuth: () => {
      throw new Error('no relay of this test asks')
    },
  })
  for (const each of [foreign, unsigned, repeated, marker]) await pool.publish(each).settled
  pool.stop()
  await expect.poll(() => countRecords(alice.page, 'messages'), { timeout: 60_000 }).toBe(before + 1)
  expect(await stateOf(alice.page, 'nobody reads this yet')).toBe('sent')

  await bob.page.goto(app.url)
  await reaches(alice.page, 'nobody reads this yet', 'delivered')
}, 120_000)
