import { describe, expect, it } from 'vitest'
import { checkFreshness, MAX_MAILBOX_AGE_MS, MAX_MESSAGE_AGE_MS } from './freshness.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { createMemoryReplayStore, createReplayGuard } from './replay-guard.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1)).primary
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2)).primary
const sentAt = Date.parse('2026-05-25T03:00:00Z')
const message = { from: alice, innerId: 'ab'.repeat(16), sentAt }
const guard = () => createReplayGuard(createMemoryReplayStore())

describe('a replay guard', () => {
  it('lets a message count once, also when it comes twice at the same moment', async () => {
    const replays = guard()
    expect(await replays.seen(alice, message.innerId)).toBe(false)
    const answers = await Promise.all([replays.remember(message), replays.remember(message)])
    expect(answers.toSorted()).toEqual([false, true])
    expect(await replays.seen(alice, message.innerId)).toBe(true)
    expect(await replays.remember(message)).toBe(false)
  })

  it('tells senders apart, so that nobody can block the message of another', async () => {
    const replays = guard()
    await replays.remember({ ...message, from: bob })
    expect(await replays.remember(message)).toBe(true)
  })

  it('remembers exactly as long as the message could be accepted', async () => {
    const replays = guard()
    await replays.remember(message)
    const last = sentAt + MAX_MESSAGE_AGE_MS + MAX_MAILBOX_AGE_MS
    const opensAt = (now: number) => () =>
      checkFreshness(new Date(sentAt).toISOString(), { now, receivedAt: sentAt + MAX_MESSAGE_AGE_MS })
    await replays.sweep(last)
    expect(opensAt(last)).not.toThrow()
    expect(await replays.seen(alice, message.innerId)).toBe(true)
    await replays.sweep(last + 1)
    expect(opensAt(last + 1)).toThrow(expect.objectContaining({ code: 'too_old' }))
    expect(await replays.seen(alice, message.innerId)).toBe(false)
  })

  it('remembers longer what could be accepted longer', async () => {
    const replays = guard()
    const until = sentAt + 400 * 86_400_000
    await replays.remember({ ...message, until })
    await replays.sweep(until)
    expect(await replays.seen(alice, message.innerId)).toBe(true)
    await replays.sweep(until + 1)
    expect(await replays.seen(alice, message.innerId)).toBe(false)
  })
})
