import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyOf } from './subscription-key.ts'

it('writes the key of a subscription as the server does', () => {
  for (let i = 0; i < 50; i++) {
    const bytes = randomBytes(65)
    const applicationServerKey = new Uint8Array(bytes).buffer
    expect(keyOf({ options: { applicationServerKey } })).toBe(bytes.toString('base64url'))
  }
  expect(keyOf({ options: { applicationServerKey: null } })).toBe('')
})
