import { expect, test } from 'vitest'
import { parseRelayFrame } from './relay-frame.ts'

test.each([
  ['["EVENT","k1",{"id":"x"}]', { type: 'EVENT', subscription: 'k1', event: { id: 'x' } }],
  ['["OK","ab",true,""]', { type: 'OK', id: 'ab', accepted: true, message: '' }],
  ['["OK","ab",false,"blocked: no"]', { type: 'OK', id: 'ab', accepted: false, message: 'blocked: no' }],
  ['["OK","ab",true]', { type: 'OK', id: 'ab', accepted: true, message: '' }],
  ['["EOSE","k1"]', { type: 'EOSE', subscription: 'k1' }],
  ['["CLOSED","k1","error: no"]', { type: 'CLOSED', subscription: 'k1', message: 'error: no' }],
  ['["NOTICE","hello"]', { type: 'NOTICE', message: 'hello' }],
  ['["HELLO","x"]', { type: 'other' }],
  ['["AUTH","challenge"]', { type: 'AUTH', challenge: 'challenge' }],
])('what a relay may say is read: %s', (text, frame) => {
  expect(parseRelayFrame(text)).toEqual(frame)
})

test.each([
  '',
  '{',
  '{"hello":',
  'null',
  '"EVENT"',
  '{"0":"EVENT"}',
  '[]',
  '["EVENT"]',
  '["EVENT",1,{}]',
  '["OK","ab","true",""]',
  '["OK",null,true,""]',
  '["EOSE"]',
  '["CLOSED",{}]',
  '["NOTICE",7]',
  '["AUTH",["x"]]',
  `["AUTH","${'x'.repeat(1_025)}"]`,
])('what is no message of a relay is none: %s', (text) => {
  expect(parseRelayFrame(text)).toBeUndefined()
})

test('a relay’s prose is kept short', () => {
  const frame = parseRelayFrame(JSON.stringify(['NOTICE', 'x'.repeat(100_000)]))
  expect(frame).toEqual({ type: 'NOTICE', message: 'x'.repeat(300) })
})
