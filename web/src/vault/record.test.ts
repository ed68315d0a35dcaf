import { describe, expect, it } from 'vitest'
import { VaultError } from './errors.ts'
import { defaultCost, parseVault } from './record.ts'

const sound = {
  v: 1,
  kdf: 'argon2id',
  ...defaultCost,
  salt: 'A'.repeat(22),
  nonce: 'A'.repeat(16),
  ct: 'A'.repeat(64),
}

const codeOf = (value: unknown): string => {
  try {
    parseVault(value)
    return 'accepted'
  } catch (error) {
    return error instanceof VaultError ? error.code : 'another error'
  }
}

describe('a stored vault', () => {
  it('is read with the cost it names, up to 1 GiB', () => {
    expect(parseVault(sound)).toEqual(sound)
    expect(parseVault({ ...sound, m: 1_048_576, t: 4, p: 2 })).toMatchObject({ m: 1_048_576, t: 4, p: 2 })
  })

  it.each([
    ['less memory than the default', { m: 65_535 }, 'refused_cost'],
    ['fewer passes than the default', { t: 2 }, 'refused_cost'],
    ['no lane', { p: 0 }, 'refused_cost'],
    ['more than 1 GiB', { m: 1_048_577 }, 'refused_cost'],
    ['endless passes', { t: 65 }, 'refused_cost'],
    ['memory that is no number', { m: '65536' }, 'malformed'],
    ['memory that is no whole number', { m: 65_536.5 }, 'malformed'],
    ['another derivation', { kdf: 'pbkdf2' }, 'malformed'],
    ['another version', { v: 2 }, 'malformed'],
    ['a short salt', { salt: 'AAAA' }, 'malformed'],
    ['a nonce of another length', { nonce: 'A'.repeat(15) }, 'malformed'],
    ['padding', { salt: `${'A'.repeat(22)}==` }, 'malformed'],
    ['a ciphertext that is too long', { ct: 'A'.repeat(6_000) }, 'malformed'],
    ['a member too many', { extra: 1 }, 'malformed'],
  ])('is refused with %s', (_what, change, code) => {
    expect(codeOf({ ...sound, ...change })).toBe(code)
  })

  it.each([[undefined], [null], ['vault'], [[]], [{}]])('is not %j', (value) => {
    expect(codeOf(value)).toBe('malformed')
  })
})
