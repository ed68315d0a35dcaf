import { expect, it } from 'vitest'
import { errorStatus, problem } from './errors.ts'
import { InboxQuery } from './http.ts'
import { Handle, Primary, primaryHex, primaryOf, SeqParam, Timestamp } from './primitives.ts'

it.each(['ab', 'a'.repeat(33), '_bob', '-bob', 'Bob', 'bob.b', 'bob@x', 'böb', ''])('refuses the handle %j', (text) => {
  expect(Handle.safeParse(text).success).toBe(false)
})

it.each(['bob', '0bob', 'a_b-c', 'a'.repeat(32)])('takes the handle %j', (text) => {
  expect(Handle.parse(text)).toBe(text)
})

it.each(['01', '-1', '+1', '1.0', '1e3', ' 1', '', '9007199254740993', '99999999999999999'])(
  'refuses the cursor %j',
  (text) => {
    expect(SeqParam.safeParse(text).success).toBe(false)
  },
)

it('takes a cursor in canonical decimal', () => {
  expect(SeqParam.parse('0')).toBe(0)
  expect(SeqParam.parse('179538321364000')).toBe(179538321364000)
})

it.each(['0', '501', '1000', '-1', '1.5', 'x'])('refuses a page of %j messages', (limit) => {
  expect(InboxQuery.safeParse({ limit }).success).toBe(false)
})

it('reads a page of 100 from the start when nothing is asked', () => {
  expect(InboxQuery.parse({})).toEqual({ since: 0, limit: 100 })
})

it.each(['2026-05-25T03:00:00', '2026-05-25T03:00:00+00:00', '2026-05-25T03:00:00.1234Z', '2026-05-25 03:00:00Z'])(
  'refuses the time %j',
  (text) => {
    expect(Timestamp.safeParse(text).success).toBe(false)
  },
)

it('goes from a primary to its hex and back', () => {
  const primary = Primary.parse(`ed25519:${'a1'.repeat(32)}`)
  expect(primaryOf(primaryHex(primary))).toBe(primary)
})

it('writes problem details with the status that belongs to the code', () => {
  expect(problem('mailbox_full', 'Bob must make room.')).toEqual({
    type: 'urn:kez-chat:problem:mailbox_full',
    title: 'mailbox full',
    status: 507,
    code: 'mailbox_full',
    detail: 'Bob must make room.',
  })
})

it('keeps the code-to-status table of the protocol', () => {
  expect(errorStatus).toMatchObject({
    malformed: 400,
    unknown_version: 400,
    wrong_type: 400,
    invalid_signature: 401,
    stale_auth: 401,
    unauthorized: 401,
    forbidden: 403,
    handle_barred: 403,
    not_found: 404,
    handle_taken: 409,
    primary_taken: 409,
    chain_conflict: 409,
    cursor_reset: 410,
    identity_ended: 410,
    too_large: 413,
    handle_invalid: 422,
    handle_reserved: 422,
    wrong_server: 422,
    stale_timestamp: 422,
    key_mismatch: 422,
    unsupported_algorithm: 422,
    weak_key: 422,
    invalid: 422,
    rate_limited: 429,
    unavailable: 503,
    mailbox_full: 507,
  })
})
