import { isRecord } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHomeAck } from './ack.ts'
import { parseBody } from './body.ts'
import { createInner, innerHash } from './inner.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { createThreadLinks, type ThreadLinksState } from './thread-links.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const start = Date.parse('2026-05-25T03:00:00Z')

const message = (
  n: number,
  prev?: string,
  body: { type: 'text'; text: string } | ReturnType<typeof createHomeAck> = { type: 'text', text: `${n}` },
) => {
  const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, body, sentAt: start + n * 1_000 }
  const inner = createInner({ ...draft, ...(prev === undefined ? {} : { prev }) })
  return { inner, body: parseBody(inner.body), sentAt: draft.sentAt }
}
type Message = ReturnType<typeof message>

/** A conversation in which each message names the one before. */
const thread = (length: number): Message[] => {
  const messages: Message[] = []
  for (let n = 0; n < length; n++) {
    const last = messages.at(-1)
    messages.push(message(n, last && innerHash(last.inner)))
  }
  return messages
}
const at = (messages: Message[], n: number): Message => {
  const found = messages[n]
  if (!found) throw new RangeError(`${n}`)
  return found
}
const restart = (state: ThreadLinksState) => createThreadLinks(JSON.parse(JSON.stringify(state)))

describe('the links of a conversation', () => {
  it('show a message that did not come, and close when it does', () => {
    const messages = thread(4)
    const links = createThreadLinks()
    expect(links.take(at(messages, 0))).toEqual({})
    expect(links.take(at(messages, 1))).toEqual({})
    const { opened } = links.take(at(messages, 3))
    expect(opened).toEqual({
      ...{ missing: innerHash(at(messages, 2).inner), before: at(messages, 3).inner.id, at: start + 3_000 },
    })
    expect(links.gaps()).toEqual([opened])
    expect(opened && links.isBeginning(opened)).toBe(false)
    expect(links.take(at(messages, 2))).toEqual({ closed: opened })
    expect(links.gaps()).toEqual([])
  })

  it('know exactly what is missing, whatever the order, repeats and restarts', () => {
    const messages = thread(12)
    const order = fc.shuffledSubarray(messages.map((_, n) => n)).chain((come) =>
      fc.tuple(
        fc.constant(come),
        fc.array(come.length === 0 ? fc.constant(0) : fc.constantFrom(...come), {
          maxLength: come.length === 0 ? 0 : 5,
        }),
      ),
    )
    fc.assert(
      fc.property(order, ([come, again]) => {
        let links = createThreadLinks()
        for (const n of [...come, ...again]) {
          links.take(at(messages, n))
          links = restart(links.state())
        }
        const missing = come
          .filter((n) => n > 0 && !come.includes(n - 1))
          .map((n) => innerHash(at(messages, n - 1).inner))
        expect(
          links
            .gaps()
            .map((gap) => gap.missing)
            .toSorted(),
        ).toEqual(missing.toSorted())
      }),
      { numRuns: 100 },
    )
  })

  it('tell where this device’s history begins from what was lost', () => {
    const messages = thread(6)
    const links = createThreadLinks()
    const { opened: beginning } = links.take(at(messages, 3))
    const { opened: lost } = links.take(at(messages, 5))
    if (!beginning || !lost) throw new Error('both open a gap')
    expect([links.isBeginning(beginning), links.isBeginning(lost)]).toEqual([true, false])
    expect(restart(links.state()).isBeginning(beginning)).toBe(true)
    links.take(at(messages, 1))
    expect(links.isBeginning(beginning)).toBe(false)
  })

  it('leave out acknowledgements and chunks', () => {
    const messages = thread(2)
    const links = createThreadLinks()
    links.take(at(messages, 0))
    const before = links.state()
    links.take(message(7, 'sha256:'.padEnd(71, 'a'), createHomeAck('ab'.repeat(16), alice)))
    expect(links.state()).toEqual(before)
  })

  it('may part and go on from two devices without a gap', () => {
    const [first] = thread(1)
    if (!first) throw new Error('there is one')
    const links = createThreadLinks()
    const fork = [message(1, innerHash(first.inner)), message(2, innerHash(first.inner))]
    for (const one of [first, ...fork]) expect(links.take(one)).toEqual({})
  })

  it('close a gap a thousand messages later, for what nothing has followed is not forgotten', () => {
    const messages = thread(1_400)
    const links = createThreadLinks()
    for (const [n, one] of messages.entries()) if (n !== 2) links.take(one)
    expect(links.gaps()).toHaveLength(1)
    expect(links.take(at(messages, 2))).toHaveProperty('closed')
    expect(links.gaps()).toEqual([])
  })

  it('stay bounded, whoever floods them', () => {
    const links = createThreadLinks()
    for (let n = 0; n < 600; n++) links.take(message(n, `sha256:${n.toString(16).padStart(64, '0')}`))
    const sizes = Object.values(links.state()).map((part: unknown) => (Array.isArray(part) ? part.length : 0))
    expect(Math.max(...sizes)).toBe(256)
    for (const one of thread(600)) links.take(one)
    expect(links.state().passed.length).toBeLessThanOrEqual(512)
    expect(isRecord(links.state())).toBe(true)
  })
})
