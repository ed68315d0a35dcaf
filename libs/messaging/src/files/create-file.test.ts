import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_CHUNK_BYTES, MAX_FILE_BYTES, parseBody } from '../body.ts'
import { createInner } from '../inner.ts'
import { messagingKeyFromSeed } from '../messaging-key.ts'
import { eventBytes } from '../nostr/event.ts'
import { createMessageEvent } from '../nostr/message-event.ts'
import { messageFrameBytes } from '../nostr/message-size.ts'
import { seal } from '../seal.ts'
import { createAuthorKey } from '../transport-key.ts'
import { createFileBody, fileChunk } from './create-file.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const now = Date.parse('2026-05-25T03:00:00Z')
const author = createAuthorKey()
const KIB = 1_024
const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt: now }
/** All that a draft may hold. */
const longest = {
  ...{ ...draft, fromHandle: `${'a'.repeat(32)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.org` },
  ...{ authors: new Array(16).fill(author.publicKey), prev: `sha256:${'ab'.repeat(32)}` },
}
const file = (size: number, name = 'a.bin') => ({
  name,
  mime: 'application/octet-stream',
  data: new Uint8Array(randomBytes(size)),
})
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

const eventOf = async (body: Parameters<typeof createInner>[0]['body'], more = draft) => {
  const envelope = await seal(createInner({ ...more, body }), alice)
  return createMessageEvent({ envelope, to: bob.primary, at: now, wake: false, expiresAt: now * 1.5 }, author)
}

describe('a file to send', () => {
  it('goes inline as long as its event stays below 64 KiB, and in chunks from there', async () => {
    let largest = 0
    for (let size = 0; size < 48 * KIB; size += 512) {
      const body = await createFileBody(file(size), draft)
      if (body.mode === 'chunked') break
      largest = size
      expect(parseBody(body)).toEqual(body)
      if (size % 4_096 === 0) expect(eventBytes(await eventOf(body)) + 10).toBeLessThan(64 * KIB)
    }
    expect(largest).toBeGreaterThan(30 * KIB)
    const next = await createFileBody(file(largest + 512), draft)
    expect(next).toMatchObject({ mode: 'chunked', n: 2 })
    const whole = await createFileBody(file(largest), draft)
    expect(eventBytes(await eventOf(whole)) + 10).toBeLessThan(64 * KIB)
  })

  it('is measured before it is sealed, never too small and to within the tags it may lack', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40_000), fc.constantFrom(draft, longest), async (length, more) => {
        const body = { type: 'text', text: 'x'.repeat(length) }
        const inner = createInner({ ...more, body })
        const envelope = await seal(inner, alice)
        const frame = (event: object) => JSON.stringify(['EVENT', event]).length
        const full = createMessageEvent({ envelope, to: bob.primary, at: now, wake: false, expiresAt: now }, author)
        expect(frame(full)).toBeLessThanOrEqual(messageFrameBytes(inner))
        expect(frame(full)).toBeGreaterThan(messageFrameBytes(inner) - 8)
      }),
      { numRuns: 40 },
    )
  })

  it('has chunks that fit an event with all that may go beside them', async () => {
    const { data, ...facts } = file(3 * MAX_CHUNK_BYTES + 1, 'x'.repeat(255))
    const pointer = await createFileBody({ ...facts, data }, longest)
    if (pointer.mode !== 'chunked') throw new Error('chunks')
    expect(parseBody(pointer)).toEqual(pointer)
    expect(pointer).toMatchObject({ n: 4, size: data.length, sha256: createHash('sha256').update(data).digest('hex') })
    const chunks = [0, 1, 2, 3].map((i) => fileChunk(pointer, data, i))
    for (const chunk of chunks) {
      expect(parseBody(chunk)).toEqual(chunk)
      expect(eventBytes(await eventOf(chunk, longest)) + 10).toBeLessThan(64 * KIB)
    }
    expect(Buffer.concat(chunks.map((chunk) => Buffer.from(chunk.data, 'base64url')))).toEqual(Buffer.from(data))
    for (const i of [-1, 4, 0.5]) expect(() => fileChunk(pointer, data, i)).toThrow(code('malformed'))
  })

  it('is at most 10 MiB, and has a name and a type that will be read', async () => {
    expect(await createFileBody(file(MAX_FILE_BYTES), draft)).toMatchObject({ n: 320, size: MAX_FILE_BYTES })
    await expect(createFileBody(file(MAX_FILE_BYTES + 1), draft)).rejects.toThrow(code('too_large'))
    await expect(createFileBody(file(1, '../a'), draft)).rejects.toThrow(code('malformed'))
    await expect(createFileBody(file(100_000, 'a/b'), draft)).rejects.toThrow(code('malformed'))
    await expect(createFileBody({ ...file(1), mime: 'text' }, draft)).rejects.toThrow(code('malformed'))
    expect(await createFileBody(file(0), draft)).toMatchObject({ mode: 'inline', size: 0, data: '' })
  })
})
