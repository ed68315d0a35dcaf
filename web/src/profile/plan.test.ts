import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, type MessagingKey, messagingKeyFromSeed } from '@kez-chat/messaging'
import { eventBytes, type NostrEvent, signEvent } from '@kez-chat/messaging/nostr'
import { decodePng, encodePng, newVisualKey, readProfile, wrapsOf } from '@kez-chat/messaging/visual'
import { describe, expect, it } from 'vitest'
import type { Shown } from '../storage/faces.ts'
import type { OwnPicture } from '../storage/own-picture.ts'
import { planProfile } from './plan.ts'
import { readFace } from './read-face.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const minute = 60_000
const someone = (): MessagingKey => messagingKeyFromSeed(randomBytes(32))
const ownerKey = someone()
const transportKey = createAuthorKey()
const owner = { key: ownerKey, transportKey, handle: 'alice', server: 'kez.test' }
const nothing: OwnPicture = { chosen_at: 0, given: [], told: [], by: [] }

const pixels = (shade: number) => {
  const data = new Uint8Array(112 * 112 * 4).fill(255)
  for (let i = 0; i < data.length; i += 4) data.set([shade, (i >> 8) & 255, i & 127], i)
  return { width: 112, height: 112, data }
}

const chose = async (own: OwnPicture, shade: number, at = now, visual = true): Promise<OwnPicture> => ({
  ...own,
  ...{ picture: { png: await encodePng(pixels(shade)), visual, ...newVisualKey() }, chosen_at: at, given: [] },
})

const contact = (key: MessagingKey) => ({ tag: key.primary.slice(-32), primary: key.primary })

/** What a reader sees in a profile. */
const see = (event: NostrEvent, reader: MessagingKey): Promise<Shown> =>
  readFace(event, ownerKey.primary, reader, [], now)
const kindFor = async (event: NostrEvent, reader: MessagingKey) => (await see(event, reader)).kind
const shadeFor = async (event: NostrEvent, reader: MessagingKey): Promise<number | undefined> => {
  const shown = await see(event, reader)
  return shown.kind === 'face' ? (await decodePng(shown.data)).data[0] : undefined
}

const [bob, carol, dora] = [someone(), someone(), someone()]

describe('the own profile', () => {
  it('without a picture is the minimal one, and so old that it takes the place of none that is merely not found', async () => {
    const { own } = await planProfile(owner, nothing, undefined, [], now)
    expect(readProfile(own.event)).toEqual({ name: 'alice', nip05: 'alice@kez.test' })
    expect(own.event.created_at).toBeLessThan(now / 1_000 - 700 * 86_400)
    const again = await planProfile(owner, own, undefined, [contact(bob)], now)
    expect(again.own.event).toBe(own.event)
  })

  it('of another program stays as it is, and beside a picture all that it says and its tags stay', async () => {
    const content = JSON.stringify({
      name: 'Alice A.',
      about: 'kez:z1:abc',
      picture: 'https://example.org/a.png',
      lud16: 'a@b',
    })
    const foreign = signEvent({ kind: 0, tags: [['i', 'github:alice', 'x']], content }, now, transportKey)
    const kept = await planProfile(owner, nothing, foreign, [], now)
    expect(kept.own.event).toBe(foreign)
    const { own } = await planProfile(owner, await chose(kept.own, 1), foreign, [], now)
    expect(readProfile(own.event)).toMatchObject({ name: 'Alice A.', about: 'kez:z1:abc', lud16: 'a@b' })
    expect(own.event.tags).toEqual(foreign.tags)
    expect(own.event.created_at).toBeGreaterThan(foreign.created_at)
    const { picture: _picture, ...removed } = { ...own, chosen_at: now + minute }
    const after = await planProfile(owner, removed, undefined, [], now + minute)
    expect(readProfile(after.own.event)).toEqual(JSON.parse(content))
  })

  it('shows the face to owner and contacts and noise to a third; a new contact gets a wrap beside those that are there', async () => {
    const first = await planProfile(owner, await chose(nothing, 7), undefined, [contact(bob)], now)
    expect(await shadeFor(first.own.event, ownerKey)).toBe(7)
    expect(await shadeFor(first.own.event, bob)).toBe(7)
    expect(await kindFor(first.own.event, carol)).toBe('noise')
    const second = await planProfile(owner, first.own, undefined, [contact(bob), contact(carol)], now)
    for (const reader of [ownerKey, bob, carol]) expect(await shadeFor(second.own.event, reader)).toBe(7)
    expect(second.own.picture?.salt).toBe(first.own.picture?.salt)
    const [before, after] = [first, second].map(({ own }) => wrapsOf(readProfile(own.event)))
    for (const [tag, wrap] of before ?? []) expect(after?.get(tag)).toEqual(wrap)
    expect(after?.size).toBe(4)
    // Nobody new: nothing is published anew, whatever order they come in.
    const third = await planProfile(owner, second.own, second.own.event, [contact(carol), contact(bob)], now)
    expect(third.own.event).toBe(second.own.event)
  })

  it('puts a new contact in the place of a decoy, and leaves the other decoys as they are', async () => {
    const first = await planProfile(
      owner,
      await chose(nothing, 7),
      undefined,
      [bob, carol, dora, someone()].map(contact),
      now,
    )
    const wraps = wrapsOf(readProfile(first.own.event))
    expect(wraps.size).toBe(8)
    const contacts = [...first.own.given].map((tag) => ({ tag, primary: bob.primary }))
    const { own } = await planProfile(owner, first.own, undefined, [...contacts, contact(someone())], now)
    const after = wrapsOf(readProfile(own.event))
    expect(after.size).toBe(8)
    const same = [...after].filter(([tag, wrap]) => wraps.get(tag)?.ct === wrap.ct)
    expect(same).toHaveLength(7)
  })

  it('has another key and salt once a contact is gone, who sees noise from there on', async () => {
    const first = await planProfile(owner, await chose(nothing, 7), undefined, [contact(bob), contact(carol)], now)
    const { own } = await planProfile(owner, first.own, undefined, [contact(carol)], now)
    expect(own.picture?.key).not.toBe(first.own.picture?.key)
    expect(own.picture?.salt).not.toBe(first.own.picture?.salt)
    expect(await shadeFor(own.event, carol)).toBe(7)
    expect(await shadeFor(own.event, ownerKey)).toBe(7)
    expect(await kindFor(own.event, bob)).toBe('noise')
  })

  it('comes back with its picture on a fresh device, which goes on with it and loses nobody', async () => {
    const old = await planProfile(owner, await chose(nothing, 7), undefined, [contact(bob)], now)
    const fresh = await planProfile(owner, nothing, old.own.event, [], now + minute)
    expect((await decodePng(fresh.own.picture?.png ?? new Uint8Array(0))).data[0]).toBe(7)
    expect(fresh.own).toMatchObject({ picture: { visual: true }, event: old.own.event })
    const later = await planProfile(owner, fresh.own, undefined, [contact(carol)], now + minute)
    expect(await shadeFor(later.own.event, bob)).toBe(7)
    expect(await shadeFor(later.own.event, carol)).toBe(7)
    // And the old device hears of it without starting anew.
    const back = await planProfile(owner, old.own, later.own.event, [contact(bob)], now + minute)
    expect(back.own.event).toBe(later.own.event)
    expect(back.own.picture?.salt).toBe(old.own.picture?.salt)
  })

  it('of another device that has chosen later is taken over, and not the other way round', async () => {
    const here = await planProfile(owner, await chose(nothing, 1), undefined, [contact(bob)], now)
    const there = await planProfile(owner, await chose(nothing, 2, now + minute), here.own.event, [], now + minute)
    const taken = await planProfile(owner, here.own, there.own.event, [contact(bob)], now + 2 * minute)
    expect(await shadeFor(taken.own.event, bob)).toBe(2)
    const chosen = await chose(here.own, 3, now + 3 * minute)
    const kept = await planProfile(owner, chosen, there.own.event, [contact(bob)], now + 3 * minute)
    expect(await shadeFor(kept.own.event, bob)).toBe(3)
    expect(await shadeFor(kept.own.event, ownerKey)).toBe(3)
  })

  it('goes, with its wraps, when the picture is removed, here and on other devices', async () => {
    const first = await planProfile(owner, await chose(nothing, 1), undefined, [contact(bob)], now)
    const { picture: _picture, ...without } = { ...first.own, chosen_at: now + minute }
    const { own } = await planProfile(owner, without, undefined, [contact(bob)], now + minute)
    expect(readProfile(own.event)).toEqual({ name: 'alice', nip05: 'alice@kez.test' })
    expect(await kindFor(own.event, bob)).toBe('none')
    const there = await planProfile(owner, first.own, own.event, [contact(bob)], now + minute)
    expect(there.own.picture).toBeUndefined()
    expect(there.own.event).toBe(own.event)
  })

  it('shows the picture to everybody when it is not scrambled', async () => {
    const { own } = await planProfile(owner, await chose(nothing, 1, now, false), undefined, [contact(bob)], now)
    for (const reader of [ownerKey, bob, carol]) expect(await kindFor(own.event, reader)).toBe('open')
    expect(readProfile(own.event).kez_visual_keys).toBeUndefined()
    const again = await planProfile(owner, own, undefined, [], now)
    expect(again.own.event).toBe(own.event)
    const fresh = await planProfile(owner, nothing, own.event, [], now)
    expect(fresh.own.picture).toMatchObject({ visual: false })
  })

  it('has room for some of 60 contacts and names the others, each of whom is named once', async () => {
    const many = Array.from({ length: 60 }, () => contact(someone()))
    const first = await planProfile(owner, await chose(nothing, 7), undefined, many, now)
    expect(eventBytes(first.own.event)).toBeLessThan(65_526)
    const carried = wrapsOf(readProfile(first.own.event)).size - 1
    expect(first.tell).toHaveLength(60 - carried)
    expect(first.own.given).toHaveLength(60)
    const one = contact(someone())
    const second = await planProfile(owner, first.own, undefined, [...many, one], now)
    expect(second.tell).toEqual([one])
  })

  it('is written over by another program without its wraps, and mended', async () => {
    const first = await planProfile(owner, await chose(nothing, 7), undefined, [contact(bob)], now)
    const { kez_visual_keys: _wraps, ...rest } = readProfile(first.own.event)
    const content = JSON.stringify({ ...rest, about: 'new' })
    const foreign = signEvent({ kind: 0, tags: [], content }, now + minute, transportKey)
    const { own } = await planProfile(owner, first.own, foreign, [contact(bob)], now + minute)
    expect(readProfile(own.event).about).toBe('new')
    expect(await shadeFor(own.event, bob)).toBe(7)
  })

  it('that cannot be read is taken for an empty one', async () => {
    const foreign = signEvent({ kind: 0, tags: [], content: 'no JSON' }, now, transportKey)
    const { own } = await planProfile(
      owner,
      await chose(nothing, 7, now + minute),
      foreign,
      [contact(bob)],
      now + minute,
    )
    expect(await shadeFor(own.event, bob)).toBe(7)
  })

  it('that leaves no room says so', async () => {
    const content = JSON.stringify({ about: 'x'.repeat(55_000) })
    const foreign = signEvent({ kind: 0, tags: [], content }, now, transportKey)
    const planning = planProfile(owner, await chose(nothing, 7, now + minute), foreign, [], now)
    await expect(planning).rejects.toMatchObject({ code: 'too_large' })
  })
})
