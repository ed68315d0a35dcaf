import { randomBytes } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { createAtRest } from './at-rest.ts'

const rest = createAtRest(randomBytes(32))

describe('records at rest', () => {
  it('come back as they were', () => {
    const value = { text: 'grüße, 世界 👋', n: 1 }
    expect(rest.open('here', rest.seal('here', value))).toEqual(value)
  })

  it('do not open in another place, with another key, or with a changed byte', () => {
    const box = rest.seal('messages/a', 'text')
    const changed = Uint8Array.from(box, (byte, i) => (i === 30 ? byte ^ 1 : byte))
    const attempts = [
      () => rest.open('messages/b', box),
      () => createAtRest(randomBytes(32)).open('messages/a', box),
      () => rest.open('messages/a', changed),
      () => rest.open('messages/a', box.subarray(0, 10)),
    ]
    for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: 'damaged' }))
  })

  it('look different each time, while a tag is always the same and nobody else can compute it', () => {
    expect(rest.seal('here', 'x')).not.toEqual(rest.seal('here', 'x'))
    expect(rest.tag('conversation', 'bob')).toBe(rest.tag('conversation', 'bob'))
    expect(rest.tag('conversation', 'bob')).not.toBe(rest.tag('guard', 'bob'))
    expect(rest.tag('conversation', 'bob')).not.toBe(createAtRest(randomBytes(32)).tag('conversation', 'bob'))
  })
})
