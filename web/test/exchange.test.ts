import { createClient } from '@kez-chat/client'
import { createRegistration, parseHandle, randomBytes, toHex } from '@kez-chat/identity'
import { createFileBody, MAX_CHUNK_BYTES, messagingKeyFromSeed, transportKeyFromSeed } from '@kez-chat/messaging'
import { decodePng, encodePng, newVisualKey } from '@kez-chat/messaging/visual'
import { openHere, prepareMessage, verifyHere } from '@kez-chat/nostr-client'
import { type FaultyRelay, type Stack, startFaultyRelay, startStack } from '@kez-chat/testkit'
import { signal as signalOf } from '@preact/signals-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createMarks } from '../src/files/marks.ts'
import { createTabs } from '../src/session/tabs.ts'
import { conversationTag } from '../src/storage/conversation.ts'
import { arrange, listSummaries, meet } from '../src/storage/conversations.ts'
import { deleteConversation } from '../src/storage/delete-conversation.ts'
import { readFace } from '../src/storage/faces.ts'
import { findFile, openFiles, partsOf } from '../src/storage/files.ts'
import { releaseOutgoing, storeOutgoing } from '../src/storage/outgoing.ts'
import { storeOutgoingFile } from '../src/storage/outgoing-file.ts'
import { changeOwnPicture, readOwnPicture } from '../src/storage/own-picture.ts'
import type { Store } from '../src/storage/store.ts'
import { openChoices } from '../src/sync/choices.ts'
import { startExchange } from '../src/sync/exchange.ts'
import { createServers } from '../src/sync/servers.ts'
import { freshStore, readMessages } from './store.ts'

/** The exchange of one tab with the real server and a real relay, without a browser around it. */
let relay: FaultyRelay
let stack: Stack
beforeAll(async () => {
  relay = await startFaultyRelay()
  stack = await startStack({ env: { KEZ_RELAYS: relay.url } })
})
afterAll(async () => {
  await stack?.stop()
  await relay?.stop()
})

let people = 0
const newPerson = async () => {
  const seed = randomBytes(32)
  const key = messagingKeyFromSeed(seed)
  const handle = `exchange-${++people}`
  const registration = { handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() }
  await createClient({ baseUrl: stack.url }).register(createRegistration(registration, key))
  const store = await freshStore()
  const ending = new AbortController()
  const tabs = createTabs(`exchange-${people}`)
  const choices = await openChoices(store, tabs, signalOf(stack.url), ending.signal)
  const transportKey = transportKeyFromSeed(seed)
  const full = `${handle}@localhost`

  const start = async (more: { home?: string; store?: Store } = {}) => {
    const signal = new AbortController()
    const exchange = await startExchange({
      ...{
        store: more.store ?? store,
        key,
        transportKey,
        choices,
        cipher: { verify: verifyHere, open: openHere(key) },
        signal: signal.signal,
      },
      account: { handle, server: 'localhost' },
      servers: createServers('localhost', more.home ?? stack.url),
      ...{ onStored: () => undefined, onArrived: () => undefined, onConnection: () => undefined },
      ...{ onMailbox: () => undefined, onRelays: () => undefined, onFiles: () => undefined },
      ...{ onPicture: () => undefined, onFaces: () => undefined },
    })
    const stop = async (): Promise<void> => {
      signal.abort()
      await exchange.stop()
    }
    onTestFinished(stop)
    return { ...exchange, stop }
  }

  const messages = async () => {
    const all = await Promise.all(
      (await listSummaries(store)).map(({ conversation: { tag } }) => readMessages(store, tag, { count: 99 })),
    )
    return all.flat()
  }

  return {
    ...{ key, transportKey, store, choices, start, messages, full },
    tagOf: (other: { key: typeof key }) => conversationTag(store.rest, other.key.primary),
    knows: (other: { key: typeof key; full: string }) => meet(store, other.key.primary, other.full),
    /** As any tab writes: the message is stored whole, and nothing else is told. */
    write: async (to: { key: typeof key }, text: string): Promise<number> => {
      const sender = { key, transportKey, fromHandle: full, ways: { home: true, relay: true } }
      return storeOutgoing(store, await prepareMessage(sender, { to: to.key.primary, body: { type: 'text', text } }))
    },
    /** As any tab sends a file that goes in parts. */
    sendFile: async (to: { key: typeof key }, name: string, data: Uint8Array<ArrayBuffer>): Promise<void> => {
      const draft = { from: key.primary, fromHandle: full, to: to.key.primary, sentAt: Date.now() }
      const pointer = await createFileBody({ name, mime: 'application/octet-stream', data }, draft)
      if (pointer.mode !== 'chunked') throw new Error('a larger file, please')
      const ids = { innerId: toHex(randomBytes(16)), secret: toHex(randomBytes(32)) }
      await storeOutgoingFile(store, { ...draft, ...ids, pointer, data })
    },
    texts: async () => (await messages()).map(({ body }) => body.text),
    stateOf: async (text: string) => (await messages()).find(({ body }) => body.text === text)?.delivery?.state,
  }
}

it('what another tab, or an offline start, has stored goes out by both ways once; it is delivered, and how it stands is kept', async () => {
  const [alice, bob] = [await newPerson(), await newPerson()]
  await alice.knows(bob)
  await bob.knows(alice)
  await alice.write(bob, 'before anybody led')
  const sending = await alice.start()
  await bob.start()
  await expect.poll(() => alice.stateOf('before anybody led'), { timeout: 30_000 }).toBe('delivered')
  await alice.write(bob, 'from a tab that follows')
  sending.kick()
  await expect.poll(() => alice.stateOf('from a tab that follows'), { timeout: 30_000 }).toBe('delivered')
  expect(await bob.texts()).toEqual(['before anybody led', 'from a tab that follows'])
  await expect
    .poll(async () => {
      const routes = (await alice.messages()).map(({ delivery }) => delivery?.routes)
      return routes.map((route) => [route?.home.state, route?.relay.state])
    })
    .toEqual([
      ['sent', 'sent'],
      ['sent', 'sent'],
    ])
  expect((await bob.messages()).every(({ via }) => via === 'home' || via?.startsWith('ws:'))).toBe(true)
})

it('a stranger gets no confirmation before they are accepted, then for all they wrote; who switched them off sends none', async () => {
  const [alice, bob] = [await newPerson(), await newPerson()]
  const tag = await alice.knows(bob)
  const [sending, reading] = [await alice.start(), await bob.start()]
  await alice.write(bob, 'do you know me?')
  sending.kick()
  await expect.poll(() => bob.texts(), { timeout: 30_000 }).toEqual(['do you know me?'])
  await expect.poll(() => alice.stateOf('do you know me?')).toBe('sent')
  const [request] = await listSummaries(bob.store)
  expect(request?.conversation).toMatchObject({ standing: 'request' })
  await arrange(bob.store, request?.conversation.tag ?? '', { standing: 'accepted' })
  await reading.accepted(request?.conversation.tag ?? '')
  await expect.poll(() => alice.stateOf('do you know me?'), { timeout: 30_000 }).toBe('delivered')

  await bob.choices.setConfirmations(false)
  await alice.write(bob, 'are you there?')
  sending.kick()
  await expect.poll(() => bob.texts(), { timeout: 30_000 }).toContain('are you there?')
  await bob.choices.setConfirmations(true)
  // Whatever comes after it is confirmed, it is not: also not by a copy on the other way.
  await alice.write(bob, 'hello?')
  sending.kick()
  await expect.poll(() => alice.stateOf('hello?'), { timeout: 30_000 }).toBe('delivered')
  expect(await alice.stateOf('are you there?')).toBe('sent')
  expect((await readMessages(alice.store, tag, { count: 9 })).map(({ gap }) => gap)).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

it('what every way refuses fails with the reason and keeps its bytes; tried again it is the same message; deleted it is given up', async () => {
  const [alice, bob] = [await newPerson(), await newPerson()]
  const nobody = { key: messagingKeyFromSeed(randomBytes(32)), full: 'nobody-here@localhost' }
  const tag = await alice.knows(nobody)
  await alice.choices.setRelays([])
  const sending = await alice.start()
  const sender = {
    ...{ key: alice.key, transportKey: transportKeyFromSeed(randomBytes(32)), fromHandle: alice.full },
    ways: { home: true, relay: false },
  }
  const saying = { to: nobody.key.primary, body: { type: 'text', text: 'into the void' } }
  const n = await storeOutgoing(alice.store, await prepareMessage(sender, saying))
  sending.kick()
  await expect.poll(() => alice.stateOf('into the void'), { timeout: 30_000 }).toBe('failed')
  const [failed] = await alice.messages()
  expect(failed?.delivery).toMatchObject({ code: 'not_found', routes: { home: { state: 'refused' } } })
  await expect.poll(() => releaseOutgoing(alice.store, n, Date.now())).toBe(true)
  sending.kick()
  // There is no relay, which may change, so it waits for one now.
  await expect
    .poll(async () => (await alice.messages())[0]?.delivery?.routes?.home.state, { timeout: 30_000 })
    .toBe('refused')
  expect((await alice.messages()).map(({ inner_id }) => inner_id)).toEqual([failed?.inner_id])
  await deleteConversation(alice.store, tag)
  sending.kick()
  await expect.poll(() => alice.store.db.count('outgoing')).toBe(0)
  await alice.knows(bob)
  expect(await alice.messages()).toEqual([])
})

it('with the home server out of reach a known person is written to without it, and a restart in between loses nothing', async () => {
  const [alice, bob] = [await newPerson(), await newPerson()]
  await alice.knows(bob)
  await bob.knows(alice)
  for (const person of [alice, bob]) {
    const first = await person.start()
    await expect.poll(() => person.choices.choices.value.relays, { timeout: 30_000 }).toContain(relay.url)
    await first.stop()
  }
  const nowhere = 'http://127.0.0.1:9'
  const first = await alice.start({ home: nowhere })
  await alice.write(bob, 'by relay alone')
  first.kick()
  await expect.poll(() => alice.stateOf('by relay alone'), { timeout: 30_000 }).toBe('sent')
  await first.stop()
  await bob.start({ home: nowhere })
  await expect.poll(() => bob.texts(), { timeout: 30_000 }).toEqual(['by relay alone'])
  await alice.start({ home: nowhere })
  await expect.poll(() => alice.stateOf('by relay alone'), { timeout: 30_000 }).toBe('delivered')
  expect((await bob.messages())[0]?.via).toBe(relay.url)
  const [alicesView] = await listSummaries(bob.store)
  expect(alicesView?.conversation.via_relay).toBe(relay.url)
})

it('a file in parts is sent once all of it was taken, survives restarts of both, and is delivered once it is whole', async () => {
  const [alice, bob] = [await newPerson(), await newPerson()]
  const [tag] = [await alice.knows(bob), await bob.knows(alice)]
  // So many that the home server, which is faster, has not all of them when the relay has its first.
  const data = new Uint8Array(1_200_000).map((_, i) => (i * 7_919) % 251)
  const parts = Math.ceil(data.length / MAX_CHUNK_BYTES)
  await alice.sendFile(bob, 'film.mp4', data)
  await alice.write(bob, 'written after it')
  const own = async () => (await alice.messages()).find(({ body }) => body.name === 'film.mp4')
  const taken = async () => {
    const [open] = await openFiles(alice.store)
    return createMarks(parts, open?.file.shipment?.relay).size
  }
  const first = await alice.start()
  first.kick()
  await expect.poll(taken, { interval: 20 }).toBeGreaterThan(2)
  await first.stop()
  expect([(await own())?.delivery?.state, await taken()]).toEqual([
    'sending',
    expect.toSatisfy((n: number) => n < parts),
  ])
  const reading = await bob.start()
  const second = await alice.start()
  second.kick()
  await expect.poll(async () => (await openFiles(bob.store))[0]?.file.state, { interval: 20 }).toBe('waiting')
  await reading.stop()
  await expect.poll(async () => (await own())?.delivery?.state).toBe('sent')
  expect(await bob.texts()).not.toContain(undefined)
  await bob.start()
  await expect.poll(async () => (await own())?.delivery?.state).toBe('delivered')
  const [text, file] = await bob.messages()
  expect([text?.body.text, file?.body.name, file?.file]).toEqual(['written after it', 'film.mp4', { state: 'whole' }])
  const kept = file && (await findFile(bob.store, await bob.tagOf(alice), file))
  const bytes = kept && (await new Blob(await partsOf(kept)).arrayBuffer())
  expect(bytes && Buffer.from(bytes).equals(Buffer.from(data))).toBe(true)
  // The links say that nothing is missing between the two.
  expect((await bob.messages()).map(({ gap }) => gap)).toEqual([undefined, undefined])
  await expect.poll(() => openFiles(alice.store)).toEqual([])
  await deleteConversation(alice.store, tag)
  expect([await alice.store.db.count('files'), await alice.store.db.count('file_parts')]).toEqual([0, 0])
})

it('a picture is seen also by a contact whose wrap had no room in the profile, and on a fresh device of its owner', async () => {
  const [alice, bob] = [await newPerson(), await newPerson()]
  for (let i = 0; i < 50; i++)
    await meet(alice.store, messagingKeyFromSeed(randomBytes(32)).primary, `nobody-${i}@localhost`)
  await alice.knows(bob)
  const data = randomBytes(112 * 112 * 4).fill(90, 0, 4)
  const picture = { png: await encodePng({ width: 112, height: 112, data }), visual: true, ...newVisualKey() }
  await changeOwnPicture(alice.store, (own) => ({ ...own, picture, given: [], chosen_at: Date.now() }))
  await alice.start()
  const reading = await bob.start()
  const { publicKey: nostr } = alice.transportKey
  const tag = await meet(bob.store, alice.key.primary, alice.full, { nostr })
  const shown = async () => {
    reading.lookAt(tag, 'page')
    return (await readFace(bob.store, tag))?.shown
  }
  await expect.poll(async () => (await shown())?.kind, { timeout: 40_000 }).toBe('face')
  const face = await shown()
  expect(face?.kind === 'face' && (await decodePng(face.data)).width).toBe(64)
  expect((await readFace(bob.store, tag))?.keys).toEqual([{ key: picture.key, salt: picture.salt }])
  expect(await bob.messages()).toEqual([])
  const fresh = await freshStore()
  await alice.start({ store: fresh })
  await expect.poll(async () => (await readOwnPicture(fresh)).picture?.key, { timeout: 30_000 }).toBe(picture.key)
})
