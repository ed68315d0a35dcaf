import { deflateSync } from 'node:zlib'
import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, type MessagingKey, messagingKeyFromSeed } from '@kez-chat/messaging'
import { type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import {
  createKeyWrap,
  decodePng,
  encodePng,
  newVisualKey,
  pictureText,
  scramble,
  type VisualKey,
  visualTag,
} from '@kez-chat/messaging/visual'
import { describe, expect, it } from 'vitest'
import { openedFace, readFace } from './read-face.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const someone = (): MessagingKey => messagingKeyFromSeed(randomBytes(32))
const [alice, bob, mallory] = [someone(), someone(), someone()]
const transportKey = createAuthorKey()

const profile = (content: unknown): NostrEvent =>
  signEvent(
    { kind: 0, tags: [], content: typeof content === 'string' ? content : JSON.stringify(content) },
    now,
    transportKey,
  )
const read = (content: unknown, keys: readonly VisualKey[] = [], reader = bob) =>
  readFace(profile(content), alice.primary, reader, keys, now)

const face = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 4).map((_, i) => (i % 4 === 3 ? 255 : i >> 6)) }
const key = newVisualKey()
const scrambled = async (of = key): Promise<string> =>
  pictureText('image/png', await encodePng(scramble(face, of)), of.salt)
const wrapBy = (by: MessagingKey, of: VisualKey, to = bob) =>
  createKeyWrap(of, { fromHandle: 'alice@kez.test', to: to.primary, at: now }, by)
const tag = visualTag(alice, bob.primary, key.salt)

describe('somebody’s picture', () => {
  it('is seen by whom it was wrapped for, whatever the age of the wrap', async () => {
    const shown = await read({ picture: await scrambled(), kez_visual_keys: { [tag]: await wrapBy(alice, key) } })
    if (shown.kind !== 'face') throw new Error(shown.kind)
    expect((await decodePng(shown.data)).data).toEqual(face.data)
  })

  it('opens by a key that came by message, before it or after it', async () => {
    const content = { picture: await scrambled() }
    expect((await read(content, [newVisualKey(), key])).kind).toBe('face')
    const noise = await read(content)
    expect(noise).toMatchObject({ kind: 'noise', salt: key.salt })
    const stored = { nostr: '', asked_at: 0, shown: noise, keys: [newVisualKey()] }
    expect(await openedFace(stored)).toBeUndefined()
    expect((await openedFace({ ...stored, keys: [newVisualKey(), key] }))?.kind).toBe('face')
    expect(await openedFace({ ...stored, shown: { kind: 'none' }, keys: [key] })).toBeUndefined()
  })

  it('is noise when the wrap is another’s, for another picture, for somebody else, or junk', async () => {
    const picture = await scrambled()
    const wrong = [
      await wrapBy(mallory, key),
      await wrapBy(alice, newVisualKey()),
      await wrapBy(alice, key, mallory),
      { v: 2 },
      'junk',
      null,
      { ...(await wrapBy(alice, key)), ct: 'x'.repeat(40_000) },
    ]
    for (const wrap of wrong) {
      expect((await read({ picture, kez_visual_keys: { [tag]: wrap } })).kind).toBe('noise')
    }
    for (const wraps of [[], 'x', null, { constructor: 1 }]) {
      expect((await read({ picture, kez_visual_keys: wraps })).kind).toBe('noise')
    }
  })

  it('on some server is never fetched, and nothing is shown of it', async () => {
    const fetching = globalThis.fetch
    let asked = 0
    globalThis.fetch = () => {
      asked++
      return Promise.reject(new Error('no'))
    }
    try {
      for (const picture of ['https://tracker.example/me.png', 'http://127.0.0.1/x']) {
        expect(await read({ picture })).toEqual({ kind: 'elsewhere' })
      }
      expect(asked).toBe(0)
    } finally {
      globalThis.fetch = fetching
    }
  })

  it('is none when it is a bomb, another file, or no picture at all', async () => {
    const bomb = (await encodePng(face)).slice()
    new DataView(bomb.buffer).setUint32(16, 60_000)
    const jpeg = (marker: number, side: number) =>
      Uint8Array.of(0xff, 0xd8, 0xff, marker, 0, 11, 8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0)
    const bad: unknown[] = [
      { picture: pictureText('image/png', bomb, key.salt) },
      { picture: pictureText('image/png', bomb) },
      { picture: pictureText('image/png', deflateSync(new Uint8Array(10_000_000))) },
      { picture: pictureText('image/jpeg', jpeg(0xc0, 20_000)) },
      { picture: pictureText('image/jpeg', jpeg(0xc2, 64)) },
      { picture: 'data:image/svg+xml,<svg onload="alert(1)"/>' },
      { picture: 'javascript:alert(1)' },
      { picture: 5 },
      {},
      'not JSON',
      '[]',
    ]
    for (const content of bad) expect(await read(content)).toEqual({ kind: 'none' })
    expect((await read({ picture: pictureText('image/jpeg', jpeg(0xc0, 64)) })).kind).toBe('open')
    expect((await read({ picture: pictureText('image/png', await encodePng(face)) })).kind).toBe('open')
  })
})
