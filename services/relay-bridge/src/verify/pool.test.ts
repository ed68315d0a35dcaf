import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { finalizeEvent, generateSecretKey } from 'nostr-tools/pure'
import { afterEach, expect, it } from 'vitest'
import { createVerifyPool, VerifierFailed, VerifierFull, type VerifyPool } from './pool.ts'

const secret = generateSecretKey()
const newEvent = (content: string): NostrEvent => {
  const { id, pubkey, created_at, kind, tags, sig } = finalizeEvent(
    { kind: 4242, created_at: 1_700_000_000, tags: [['q', 'ab'.repeat(32)]], content },
    secret,
  )
  return { id, pubkey, created_at, kind, tags, content, sig }
}

let pool: VerifyPool | undefined
afterEach(() => pool?.stop())

it('says of each of many events whether id and signature are right', async () => {
  const verifier = createVerifyPool({ threads: 2 })
  pool = verifier
  const events = Array.from({ length: 200 }, (_, i) => newEvent(`ein Brief № ${i} 🐦`))
  const tampered = events.map((event, i) => {
    const other = events[(i + 1) % events.length] ?? event
    if (i % 4 === 1) return { ...event, content: `${event.content}!` }
    if (i % 4 === 2) return { ...event, sig: other.sig }
    return i % 4 === 3 ? { ...event, id: '' } : event
  })
  const verdicts = await Promise.all(tampered.map((event) => verifier.verify(event)))
  expect(verdicts).toEqual(tampered.map((_, i) => i % 4 === 0))
  expect(verifier.waiting).toBe(0)
  expect(verifier.cpuSeconds).toBeGreaterThan(0)
})

it('takes only so many events at once, and tells when there is room again', async () => {
  const verifier = createVerifyPool({ threads: 1, maxEvents: 10 })
  pool = verifier
  const event = newEvent('x')
  const taken = Array.from({ length: 10 }, () => verifier.verify(event))
  expect(verifier.full).toBe(true)
  await expect(verifier.verify(event)).rejects.toBeInstanceOf(VerifierFull)
  await verifier.room()
  expect(verifier.full).toBe(false)
  expect(await Promise.all(taken)).toEqual(taken.map(() => true))
})

it('replaces a thread that does not answer, and says that it does not know', async () => {
  const reasons: string[] = []
  const verifier = createVerifyPool({ threads: 1, answerWithin: 1, onThreadLost: (reason) => reasons.push(reason) })
  pool = verifier
  // The thread is not even loaded within that time.
  await expect(verifier.verify(newEvent('x'))).rejects.toBeInstanceOf(VerifierFailed)
  expect(reasons.length).toBeGreaterThanOrEqual(3)
  expect(verifier.waiting).toBe(0)
})

it('goes on after an event that ends its thread, and only that event has no verdict', async () => {
  const reasons: string[] = []
  const module = new URL('../../test/crashing-worker.ts', import.meta.url)
  const verifier = createVerifyPool({ threads: 1, module, onThreadLost: (reason) => reasons.push(reason) })
  pool = verifier
  const events = ['before', 'crash', 'after'].map(newEvent)
  const outcomes = await Promise.allSettled(events.map((event) => verifier.verify(event)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(reasons).toHaveLength(3)
  expect(await verifier.verify(newEvent('later'))).toBe(true)
})
