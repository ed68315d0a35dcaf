import { type PrimaryId, randomBytes, toHex } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../address.ts'
import { type MessagingKey, messagingKeyFromSeed } from '../messaging-key.ts'
import { eventBytes } from '../nostr/event.ts'
import { createProfileEvent } from '../nostr/own-events.ts'
import { createAuthorKey } from '../transport-key.ts'
import { exchangeKeyOf } from '../x25519.ts'
import { composeVisualProfile, type NamedWrap, VISUAL_SIDES } from './compose-profile.ts'
import { pictureText, readPictureText } from './picture-url.ts'
import { decodePng, encodePng } from './png.ts'
import { readProfile, wrapsOf, wrapUnder } from './read-profile.ts'
import { newVisualKey, type Pixels, scramble, unscramble, type VisualKey } from './scramble.ts'
import { decoyTags, visualTag } from './tag.ts'
import { createDecoy, createKeyWrap, openKeyWrap } from './wrap.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const transport = createAuthorKey()
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })
const someone = (): MessagingKey => messagingKeyFromSeed(randomBytes(32))

/** A face for a machine: soft gradients, which pack well; noise packs not at all. */
const picture = (side: number, rough: boolean): Pixels => {
  const data = rough ? randomBytes(side * side * 4) : new Uint8Array(side * side * 4)
  if (!rough) for (let i = 0; i < data.length; i++) data[i] = (i * 7) >> 8
  return { width: side, height: side, data }
}

const wrapFor = async (owner: MessagingKey, to: PrimaryId, key: VisualKey): Promise<NamedWrap> => [
  visualTag(owner, to, key.salt),
  await createKeyWrap(key, { fromHandle: 'alice@chat.example.org', to, at: now }, owner),
]

const published = async (
  owner: MessagingKey,
  contacts: readonly PrimaryId[],
  { rough = true, about = {} }: { rough?: boolean; about?: Record<string, string> } = {},
) => {
  const key = newVisualKey()
  const wraps: NamedWrap[] = []
  for (const to of [owner.primary, ...contacts]) wraps.push(await wrapFor(owner, to, key))
  const [, own] = wraps[0] ?? []
  if (!own) throw new Error('no wrap')
  const composed = await composeVisualProfile({
    about: { name: 'alice', nip05: 'alice@chat.example.org', ...about },
    tags: [],
    wraps,
    pictureIn: async (side) => pictureText('image/png', await encodePng(scramble(picture(side, rough), key)), key.salt),
    decoy: (n) => [decoyTags(owner, key.salt, n + 1).at(-1) ?? '', createDecoy(own)],
  })
  return { key, composed, event: createProfileEvent(composed.content, now, transport) }
}

describe('a profile with a scrambled picture', () => {
  it.each([
    [1, 112],
    [20, 96],
    [200, 64],
  ])(
    'for %i contacts stays below 64 KiB, in the largest size that carries all wraps, and names nobody',
    async (count, side) => {
      const owner = someone()
      const contacts = Array.from({ length: count }, someone)
      const { event, composed } = await published(
        owner,
        contacts.map(({ primary }) => primary),
      )
      expect(eventBytes(event) + '["EVENT",]'.length).toBeLessThan(65_536)
      expect(composed.side).toBe(side)
      expect(composed.carried).toBe(count === 200 ? composed.carried : count + 1)
      expect(composed.carried).toBeGreaterThan(count === 200 ? 35 : 1)
      const text = JSON.stringify(event)
      for (const { primary, exchangeKey } of contacts) {
        for (const name of [primary, primary.slice(8), toHex(exchangeKey), addressOf(primary)])
          expect(text).not.toContain(name)
      }
    },
  )

  it('shows as many wraps as a power of two, where there is room, and its own and a decoy look alike', async () => {
    for (const [count, shown] of [
      [0, 1],
      [1, 2],
      [2, 4],
      [4, 8],
      [7, 8],
    ] as const) {
      const owner = someone()
      const contacts = Array.from({ length: count }, () => someone().primary)
      const { event, key } = await published(owner, contacts, { rough: false })
      const wraps = wrapsOf(readProfile(event))
      expect(wraps.size).toBe(shown)
      const shapes = [...wraps.values()].map(({ eph, nonce, ct }) => [eph.length, nonce.length, ct.length])
      expect(new Set(shapes.map(String)).size).toBe(1)
      for (const tag of decoyTags(owner, key.salt, shown - count - 1)) expect(wraps.has(tag)).toBe(true)
    }
  })

  it('is seen by the owner and the contacts, and by nobody else', async () => {
    const [owner, bob, carol] = [someone(), someone(), someone()]
    const { event } = await published(owner, [bob.primary], { rough: false })
    const profile = readProfile(event)
    const text = readPictureText(profile.picture)
    if (text.kind !== 'visual') throw new Error('not scrambled')
    const shown = await decodePng(text.png)
    const face = picture(112, false)
    const see = async (reader: MessagingKey) => {
      const wrap = wrapUnder(profile, visualTag(reader, owner.primary, text.salt))
      if (wrap === undefined) return undefined
      return unscramble(shown, await openKeyWrap(wrap, reader, { from: owner.primary, salt: text.salt, now }))
    }
    const opaque = face.data.map((byte, i) => (i % 4 === 3 ? 255 : byte))
    for (const reader of [owner, bob]) expect((await see(reader))?.data).toEqual(opaque)
    expect(await see(carol)).toBeUndefined()
    expect(shown.data).not.toEqual(opaque)
  })

  it('leaves room for whatever else it says, and is refused when nothing is left', async () => {
    const owner = someone()
    const { composed, event } = await published(owner, [], { about: { about: '"'.repeat(10_500) } })
    expect(composed).toMatchObject({ side: 64, carried: 1, content: { about: '"'.repeat(10_500) } })
    expect(eventBytes(event)).toBeLessThan(65_536)
    await expect(published(owner, [], { about: { about: 'x'.repeat(50_000) } })).rejects.toThrow(code('too_large'))
    expect(VISUAL_SIDES).toEqual([112, 96, 80, 64])
  })
})

describe('a wrap', () => {
  const [owner, bob, carol] = [someone(), someone(), someone()]
  const key = newVisualKey()
  const expected = { from: owner.primary, salt: key.salt, now }
  const wrap = (at = now) => createKeyWrap(key, { fromHandle: 'alice@kez.test', to: bob.primary, at }, owner)

  it('has a name that both find, and that tells nothing to others', () => {
    expect(visualTag(owner, bob.primary, key.salt)).toBe(visualTag(bob, owner.primary, key.salt))
    expect(visualTag(carol, owner.primary, key.salt)).not.toBe(visualTag(owner, bob.primary, key.salt))
    expect(visualTag(owner, bob.primary, newVisualKey().salt)).not.toBe(visualTag(owner, bob.primary, key.salt))
  })

  it('opens whatever its age, but not ahead of time', async () => {
    expect(await openKeyWrap(await wrap(), bob, expected)).toEqual(key)
    expect(await openKeyWrap(await wrap(now - 400 * 86_400_000), bob, expected)).toEqual(key)
    await expect(openKeyWrap(await wrap(now + 600_000), bob, expected)).rejects.toThrow(code('too_new'))
  })

  it('opens for one person, from the owner of the picture, and for that picture alone', async () => {
    await expect(openKeyWrap(await wrap(), carol, expected)).rejects.toThrow(code('undecryptable'))
    await expect(openKeyWrap(await wrap(), bob, { ...expected, from: carol.primary })).rejects.toThrow(
      code('wrong_sender'),
    )
    const other = { ...expected, salt: newVisualKey().salt }
    await expect(openKeyWrap(await wrap(), bob, other)).rejects.toThrow(code('wrong_event'))
    await expect(openKeyWrap(createDecoy(await wrap()), bob, expected)).rejects.toThrow(code('undecryptable'))
    for (const junk of [undefined, 5, 'x', {}, { ...(await wrap()), v: 1 }]) {
      await expect(openKeyWrap(junk, bob, expected)).rejects.toMatchObject({ name: 'MessageError' })
    }
  })

  it('is known for what it is, whatever a decoy is made like', async () => {
    const { eph } = createDecoy(await wrap())
    // On the curve, as every real one: half of all numbers are not.
    expect(() => exchangeKeyOf(owner.publicKey)).not.toThrow()
    expect(eph).toMatch(/^[0-9a-f]{64}$/)
    expect(Number.parseInt(eph.slice(-2), 16)).toBeLessThan(128)
  })
})

describe('a profile by whoever', () => {
  it('gives what is sound of its wraps, and nothing for names that objects have by themselves', () => {
    const wraps = wrapsOf({ kez_visual_keys: { [`${'ab'.repeat(16)}`]: { v: 2 }, x: 1, __proto__: {} } })
    expect(wraps.size).toBe(0)
    expect(wrapsOf({ kez_visual_keys: [] }).size).toBe(0)
    expect(wrapUnder({ kez_visual_keys: {} }, 'constructor')).toBeUndefined()
    expect(wrapUnder({ kez_visual_keys: 'x' }, 'length')).toBeUndefined()
  })

  it('is refused when it is none', () => {
    const profile = (content: string, kind = 0) => ({ kind, content })
    expect(() => readProfile(profile('{}', 1))).toThrow(code('wrong_kind'))
    expect(() => readProfile(profile('[]'))).toThrow(code('malformed'))
    expect(() => readProfile(profile('{'))).toThrow(code('malformed'))
    expect(() => readProfile(profile(`"${'x'.repeat(70_000)}"`))).toThrow(code('too_large'))
  })

  it('of any JSON is read with errors of this library only', async () => {
    const bob = someone()
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (picture, keys) => {
        const profile = { picture, kez_visual_keys: keys }
        wrapsOf(profile)
        try {
          readPictureText(profile.picture)
        } catch (error) {
          expect(error).toMatchObject({ name: 'MessageError' })
        }
        const reading = openKeyWrap(keys, bob, { from: bob.primary, salt: 'ab'.repeat(16), now })
        await expect(reading).rejects.toMatchObject({ name: 'MessageError' })
      }),
      { numRuns: 100 },
    )
  })
})
