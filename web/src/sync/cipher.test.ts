import { randomBytes } from '@kez-chat/identity'
import { createAuthorKey, createInner, type MessageError, messagingKeyFromSeed, seal } from '@kez-chat/messaging'
import { createMessageEvent } from '@kez-chat/messaging/nostr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Cipher, cipherInWorker } from './cipher.ts'

const seed = randomBytes(32)
const alice = messagingKeyFromSeed(randomBytes(32))
const bob = messagingKeyFromSeed(seed)

/** The worker's own code behind a port, as the browser puts it there; `alive: false` = it fails when it is asked. */
const surround = async ({ alive }: { alive: boolean }): Promise<{ asked: number }> => {
  const counts = { asked: 0 }
  const inside: {
    onmessage?: (event: { data: unknown }) => void
    addEventListener: () => void
    postMessage?: unknown
  } = {
    addEventListener: () => undefined,
  }
  vi.stubGlobal('self', inside)
  vi.resetModules()
  await import('./cipher-worker.ts')
  vi.stubGlobal(
    'Worker',
    class {
      onmessage?: (event: { data: unknown }) => void
      onerror?: () => void
      constructor() {
        inside.postMessage = (data: unknown) => this.onmessage?.({ data: structuredClone(data) })
      }
      postMessage(data: object): void {
        const isSeed = 'seed' in data
        if (!isSeed) counts.asked += 1
        if (alive) inside.onmessage?.({ data: structuredClone(data) })
        else if (!isSeed) queueMicrotask(() => this.onerror?.())
      }
      terminate(): void {}
    },
  )
  return counts
}

const letter = async (to = bob) => {
  const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: to.primary, sentAt: Date.now() }
  return seal(createInner({ ...draft, body: { type: 'text', text: 'hello' } }), alice)
}

const codeOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'opened',
    (error: MessageError) => `${error.name}: ${error.code}`,
  )

afterEach(() => vi.unstubAllGlobals())

describe.each([
  ['in the worker', true, 5],
  ['on the page when the worker fails', false, 1],
])('%s', (_, alive, asks) => {
  let cipher: Cipher
  let counts: { asked: number }
  beforeEach(async () => {
    counts = await surround({ alive })
    cipher = cipherInWorker(seed, new AbortController().signal)
  })

  it('messages are opened and events verified, and a refusal has its code', async () => {
    const now = Date.now()
    const envelope = await letter()
    expect(await cipher.open(envelope, { now })).toMatchObject({
      inner: { from: alice.primary },
      body: { text: 'hello' },
    })
    expect(await codeOf(cipher.open(await letter(alice), { now }))).toBe('MessageError: undecryptable')
    expect(await codeOf(cipher.open(envelope, { now: now + 30 * 86_400_000 }))).toBe('MessageError: too_old')
    const event = createMessageEvent({ envelope, to: bob.primary, at: now }, createAuthorKey())
    expect(await cipher.verify(event)).toEqual(event)
    expect(await cipher.verify({ ...event, content: `${event.content} ` })).toBeUndefined()
    expect(await cipher.verify({ kind: 1 })).toBeUndefined()
    expect(counts.asked).toBe(asks)
  })
})

it('what was asked when the session ends is not left waiting', async () => {
  await surround({ alive: true })
  const ending = new AbortController()
  const cipher = cipherInWorker(seed, ending.signal)
  const opening = cipher.open(await letter(), { now: Date.now() })
  ending.abort()
  expect((await opening).body).toMatchObject({ text: 'hello' })
})
