import { expect, it } from 'vitest'
import { type Answer, judge, pauseAfter, retryAfterOf } from './outcome.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const answer = (status: number, body = '', retryAfter?: string): Answer => ({
  kind: 'answer',
  status,
  retryAfter,
  body,
})
const google =
  'the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.'

it.each([
  [answer(201), { kind: 'delivered' }],
  [answer(200), { kind: 'delivered' }],
  [answer(202), { kind: 'delivered' }],
  [answer(404), { kind: 'gone', reason: 'gone' }],
  [answer(410, '{"errno":106}'), { kind: 'gone', reason: 'gone' }],
  [answer(413), { kind: 'failed', reason: 'too_large' }],
  [answer(400), { kind: 'failed', reason: 'refused' }],
  [answer(301), { kind: 'failed', reason: 'refused' }],
  [answer(401), { kind: 'failed', reason: 'not_authorised' }],
  [answer(403), { kind: 'failed', reason: 'not_authorised' }],
  [answer(403, '{"reason":"BadJwtToken"}'), { kind: 'failed', reason: 'bad_subject' }],
  [answer(400, '{"reason":"VapidPkHashMismatch"}'), { kind: 'failed', reason: 'key_mismatch' }],
  [answer(403, google), { kind: 'failed', reason: 'key_mismatch' }],
  [answer(429, '', '120'), { kind: 'retry', reason: 'rate_limited', retryAfter: 120 }],
  [answer(429), { kind: 'retry', reason: 'rate_limited', retryAfter: undefined }],
  [answer(500), { kind: 'retry', reason: 'service_error' }],
  [answer(503, '', '7'), { kind: 'retry', reason: 'service_error', retryAfter: 7 }],
  [
    { kind: 'none', why: 'no_answer' },
    { kind: 'retry', reason: 'no_answer' },
  ],
  [
    { kind: 'none', why: 'unreachable' },
    { kind: 'retry', reason: 'unreachable' },
  ],
  [
    { kind: 'none', why: 'not_allowed' },
    { kind: 'failed', reason: 'not_allowed' },
  ],
] satisfies [Answer, object][])('%j', (given, outcome) => {
  expect(judge(given, now)).toMatchObject(outcome)
})

it.each([
  ['120', 120],
  ['0', 0],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['99999999', 86_400],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (text, seconds) => {
  expect(retryAfterOf(text, now)).toBe(seconds)
})

it('pauses grow to an hour, and never undercut what the push service asks for', () => {
  expect(pauseAfter(1, undefined, 1)).toBe(5_000)
  expect(pauseAfter(4, undefined, 0)).toBe(20_000)
  expect(pauseAfter(50, undefined, 1)).toBe(3_600_000)
  expect(pauseAfter(9, 120, 0)).toBe(120_000)
  expect(pauseAfter(1, 0, 0)).toBe(1_000)
})
