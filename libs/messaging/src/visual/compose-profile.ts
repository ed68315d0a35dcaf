import { type JsonRecord, jcs, utf8 } from '@kez-chat/identity'
import type { SealedEnvelope } from '../envelope.ts'
import { MessageError } from '../errors.ts'
import { asMessageErrors } from '../identity-errors.ts'
import { eventBytes, MAX_EVENT_BYTES, type NostrTag } from '../nostr/event.ts'
import { KIND_PROFILE } from '../nostr/kinds.ts'

/** The sizes a scrambled picture is published in, pixels a side (protocol §5). */
export const VISUAL_SIDES = [112, 96, 80, 64] as const
export type VisualSide = (typeof VISUAL_SIDES)[number]

/** Most decoys of a profile: no more wraps than twice as many have room. */
export const MOST_DECOYS = 32

/** A wrap and the name it stands under. */
export type NamedWrap = readonly [tag: string, wrap: SealedEnvelope]

export interface VisualProfile {
  /** What the profile says beside the picture. */
  readonly about: JsonRecord
  /** The tags of the event. */
  readonly tags: readonly NostrTag[]
  /** The owner's first, then in the order in which they are given up when there is no room. */
  readonly wraps: readonly NamedWrap[]
  /** The scrambled picture in one size, as the value of `picture`. */
  readonly pictureIn: (side: VisualSide) => Promise<string>
  /** A fresh decoy, the n-th. */
  readonly decoy: (n: number) => NamedWrap
}

export interface Composed {
  /** The content of the event. */
  readonly content: JsonRecord
  readonly side: VisualSide
  /** How many of the wraps are in it, from the first on; the others have to go by message. */
  readonly carried: number
}

const FRAME_BYTES = utf8('["EVENT",]').length
const LATEST = 2 ** 32 - 1

/** How long the event of a profile is at most with what a relay is sent around it, in bytes. */
const framed = (content: JsonRecord, tags: readonly NostrTag[]): number => {
  const text = asMessageErrors(() => jcs(content, { maxBytes: 2 * MAX_EVENT_BYTES }))
  const blank = { id: '0'.repeat(64), pubkey: '0'.repeat(64), sig: '0'.repeat(128) }
  return FRAME_BYTES + eventBytes({ ...blank, created_at: LATEST, kind: KIND_PROFILE, tags, content: text })
}

/** What an entry adds to the event: its text, quotes escaped, and a comma. */
const costOf = ([tag, wrap]: NamedWrap): number =>
  utf8(JSON.stringify(JSON.stringify({ [tag]: wrap }))).length - '"{}"'.length + 1

/** How many of them have room, from the first on. */
const countFitting = (wraps: readonly NamedWrap[], room: number): number => {
  let left = room
  const over = wraps.findIndex((wrap) => {
    left -= costOf(wrap)
    return left < 0
  })
  return over < 0 ? wraps.length : over
}

const nextPowerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(n))

/**
 * The content of a profile with a scrambled picture, in an event below 64 KiB (protocol §5): the largest size in which
 * every wrap has room; in the smallest, when none has room for all, as many wraps as fit. What is left over goes to
 * decoys, up to the next power of two.
 * @throws MessageError `too_large` when there is no room for a picture that at least its owner can open
 */
export const composeVisualProfile = async (profile: VisualProfile): Promise<Composed> => {
  const { about, tags, wraps, pictureIn, decoy } = profile
  for (const side of VISUAL_SIDES) {
    const bare = { ...about, picture: await pictureIn(side), kez_visual_keys: {} }
    const room = MAX_EVENT_BYTES - 1 - framed(bare, tags)
    const carried = room < 0 ? 0 : countFitting(wraps, room)
    if (carried < wraps.length && side !== VISUAL_SIDES.at(-1)) continue
    if (carried === 0) break
    const kept = wraps.slice(0, carried)
    const decoys: NamedWrap[] = []
    let left = room - kept.reduce((sum, wrap) => sum + costOf(wrap), 0)
    while (carried + decoys.length < nextPowerOfTwo(carried)) {
      const next = decoy(decoys.length)
      left -= costOf(next)
      if (left < 0) break
      decoys.push(next)
    }
    const content = { ...bare, kez_visual_keys: Object.fromEntries([...kept, ...decoys]) }
    return { content, side, carried }
  }
  throw new MessageError('too_large', 'the profile leaves no room for a picture')
}
