import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, messagingKeyFromSeed } from '@kez-chat/messaging'
import { type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { encodePng, newVisualKey, pictureText, scramble } from '@kez-chat/messaging/visual'
import { describe, expect, it } from 'vitest'
import { freshStore, person } from '../../test/store.ts'
import { arrange, meet } from '../storage/conversations.ts'
import { deleteConversation } from '../storage/delete-conversation.ts'
import { changeFace, faceWithKey, readFace } from '../storage/faces.ts'
import { createLooking } from './looking.ts'

const [home, far] = ['wss://kez.test/relay', 'wss://far.test/relay']
const hour = 3_600_000
const picture = { width: 8, height: 8, data: new Uint8Array(256).fill(255) }

/** One person's device, the relays that it asks in its place, and what was asked. */
const setUp = async () => {
  const store = await freshStore()
  const key = messagingKeyFromSeed(randomBytes(32))
  const clock = { now: Date.parse('2026-05-25T03:00:00Z') }
  const relays = new Map<string, NostrEvent[]>([
    [home, []],
    [far, []],
    ['wss://own.test', []],
  ])
  const asked: string[] = []
  const changed: string[] = []
  let live = true
  const ending = new AbortController()
  const looking = createLooking({
    ...{ store, key, homeRelay: home, now: () => clock.now, signal: ending.signal },
    pool: {
      states: () => [{ url: 'wss://own.test', own: true, phase: live ? 'live' : 'backing_off', since: 0 }],
      query: async ([filter], { also = [], only }) => {
        const urls = ['wss://own.test', ...also].filter((url) => !only || only.includes(url))
        asked.push(urls.join(' '))
        return urls.flatMap((url) => relays.get(url) ?? []).filter(({ pubkey }) => filter?.authors?.includes(pubkey))
      },
    },
    relayOf: (handle) => (handle.endsWith('@far.test') ? far : undefined),
    onFaces: (tags) => void changed.push(...tags),
    onError: (error) => {
      throw error
    },
  })
  const peer = async (handle: string) => {
    const transportKey = createAuthorKey()
    const tag = await meet(store, person().primary, handle, { nostr: transportKey.publicKey })
    const publish = async (relay: string, content: object, at = clock.now): Promise<void> => {
      const event = signEvent({ kind: 0, tags: [], content: JSON.stringify(content) }, at, transportKey)
      relays.set(relay, [...(relays.get(relay) ?? []), event])
    }
    return { tag, publish, transportKey }
  }
  const look = async (tag: string, occasion: 'stale' | 'talk' | 'page'): Promise<string | undefined> => {
    looking.want(tag, occasion)
    await looking.settled()
    return (await readFace(store, tag))?.shown.kind
  }
  const setLive = (on: boolean): void => {
    live = on
  }
  return { store, clock, asked, changed, looking, peer, look, relays, setLive }
}

const open = async () => ({ picture: pictureText('image/png', await encodePng(picture)) })

describe('looking for pictures', () => {
  it('asks the own home server alone about its people, others too about the others, and their server not when they are read', async () => {
    const { peer, look, asked, clock } = await setUp()
    const [here, there] = [await peer('bob@kez.test'), await peer('carol@far.test')]
    await here.publish(home, await open())
    await there.publish(far, await open())
    expect(await look(here.tag, 'talk')).toBe('open')
    expect(asked.splice(0)).toEqual([home])
    expect(await look(there.tag, 'talk')).toBe('none')
    expect(asked.splice(0)).toEqual(['wss://own.test'])
    clock.now += 4_000
    expect(await look(there.tag, 'page')).toBe('open')
    expect(asked.splice(0)).toEqual([`wss://own.test ${far}`])
  })

  it('takes the newest, of that key alone, keeps it while nothing newer is found, and asks no more than it must', async () => {
    const { peer, look, asked, clock, relays, changed } = await setUp()
    const bob = await peer('bob@kez.test')
    await bob.publish(home, await open(), clock.now - hour)
    await bob.publish(home, { name: 'old' }, clock.now - 2 * hour)
    relays.get(home)?.push(signEvent({ kind: 0, tags: [], content: '{"name":"other"}' }, clock.now, createAuthorKey()))
    expect(await look(bob.tag, 'stale')).toBe('open')
    expect(changed).toEqual([bob.tag])
    asked.length = 0
    for (const occasion of ['stale', 'talk', 'page'] as const) await look(bob.tag, occasion)
    expect(asked).toEqual([])
    clock.now += 11_000
    await look(bob.tag, 'stale')
    expect(asked.splice(0)).toEqual([])
    relays.set(home, [])
    expect(await look(bob.tag, 'talk')).toBe('open')
    expect(asked.splice(0)).toHaveLength(2)
    clock.now += 6 * hour
    await bob.publish(home, { name: 'an older one' }, clock.now - 20 * hour)
    expect(await look(bob.tag, 'stale')).toBe('open')
    clock.now += 7 * hour
    await bob.publish(home, { name: 'removed' })
    expect(await look(bob.tag, 'stale')).toBe('none')
    expect(changed).toEqual([bob.tag, bob.tag])
  })

  it('waits for a relay, and then asks about all that was wanted, each once', async () => {
    const { peer, look, looking, asked, setLive } = await setUp()
    const [bob, carol] = [await peer('bob@kez.test'), await peer('carol@kez.test')]
    setLive(false)
    for (const tag of [bob.tag, carol.tag, bob.tag]) await look(tag, 'talk')
    expect(asked).toEqual([])
    setLive(true)
    looking.resume()
    await looking.settled()
    expect(asked).toEqual([home, 'wss://own.test', home, 'wss://own.test'])
  })

  it('never asks about somebody who is blocked, or of whom no key is known, and keeps nothing of whom was deleted', async () => {
    const { peer, look, looking, asked, store } = await setUp()
    const [bob, carol] = [await peer('bob@kez.test'), await peer('carol@kez.test')]
    await arrange(store, bob.tag, { standing: 'blocked' })
    const unknown = await meet(store, person().primary, 'dora@kez.test')
    await looking.sweep()
    await looking.settled()
    expect(asked).toHaveLength(2)
    for (const tag of [bob.tag, unknown]) expect(await look(tag, 'page')).toBeUndefined()
    await deleteConversation(store, carol.tag)
    expect(await readFace(store, carol.tag)).toBeUndefined()
    await changeFace(store, carol.tag, (face) => face)
    expect(await readFace(store, carol.tag)).toBeUndefined()
  })

  it('opens noise by a key that has come by message, also one that came before', async () => {
    const { peer, look, looking, store, changed } = await setUp()
    const [early, late] = [await peer('bob@kez.test'), await peer('carol@kez.test')]
    const keyOf = async (who: typeof early) => {
      const key = newVisualKey()
      await who.publish(home, { picture: pictureText('image/png', await encodePng(scramble(picture, key)), key.salt) })
      return async () => {
        const row = await store.db.get('faces', who.tag)
        await store.db.put('faces', faceWithKey(store.rest, who.tag, row, key))
        await looking.keyCame(who.tag)
      }
    }
    const [tellEarly, tellLate] = [await keyOf(early), await keyOf(late)]
    await tellEarly()
    expect(await look(early.tag, 'talk')).toBe('face')
    expect(await look(late.tag, 'talk')).toBe('noise')
    changed.length = 0
    await tellLate()
    expect((await readFace(store, late.tag))?.shown.kind).toBe('face')
    expect(changed).toEqual([late.tag])
  })
})
