import { randomBytes } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { createAtRest } from './at-rest.ts'
import { openMessage } from './message.ts'

const rest = createAtRest(randomBytes(32))
const written = { v: 1, inner_id: 'ab', body: { type: 'text', text: 'hello' }, at: 1_000 }
const reopened = (record: object) =>
  openMessage(rest, { n: 1, conversation: 'c', box: rest.seal('messages/c', record) })

describe('a message stored by the first version', () => {
  it.each([
    [{ state: 'sending' }, { state: 'sending', at: 1_000 }],
    [
      { state: 'sent', at: 2_000 },
      { state: 'sent', at: 2_000 },
    ],
    [
      { state: 'failed', code: 'mailbox_full' },
      { state: 'failed', code: 'mailbox_full', at: 1_000 },
    ],
  ])('keeps how it stood (%o)', (before, now) => {
    expect(reopened({ ...written, delivery: before })).toEqual({ ...written, n: 1, delivery: now })
  })

  it('from somebody else has no delivery, and says neither by which way it came nor that something is missing', () => {
    expect(reopened(written)).toEqual({ ...written, n: 1 })
  })
})
