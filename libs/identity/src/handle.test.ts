import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatFullHandle, isServerName, normaliseFullHandle, parseFullHandle, parseNewHandle } from './handle.ts'
import { RESERVED_HANDLES } from './reserved-handles.ts'

const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })

describe('a handle', () => {
  it.each(['bob', 'a-b', '0_x', 'a'.repeat(32)])('may be %s', (text) => {
    expect(parseNewHandle(text)).toBe(text)
  })

  it.each(['ab', 'a'.repeat(33), 'Alice', '_bob', '-bob', 'bö b', 'bob\n', 'bob.x', ''])('may not be %j', (text) => {
    expect(() => parseNewHandle(text)).toThrow(code('handle_invalid'))
  })

  it('may not be a name the protocol reserves', () => {
    const protocol = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
    const [, list = ''] = /not reserved \(([^;]*);/.exec(protocol) ?? []
    expect([...RESERVED_HANDLES]).toEqual(list.split(', '))
    for (const name of RESERVED_HANDLES) {
      const expected = name.length < 3 ? 'handle_invalid' : 'handle_reserved'
      expect(() => parseNewHandle(name)).toThrow(code(expected))
    }
  })

  it('may not be a name the operator reserves', () => {
    expect(() => parseNewHandle('lobby', ['lobby'])).toThrow(code('handle_reserved'))
    expect(parseNewHandle('lobby', ['hall'])).toBe('lobby')
  })
})

describe('a full handle', () => {
  it('is handle@server', () => {
    expect(formatFullHandle(parseFullHandle('alice@kez.test'))).toBe('alice@kez.test')
    expect(parseFullHandle('alice@localhost:6969')).toEqual({ handle: 'alice', server: 'localhost:6969' })
  })

  it.each([
    ['alice', 'malformed'],
    ['alice@', 'malformed'],
    ['alice@Kez.test', 'malformed'],
    ['alice@a@b', 'malformed'],
    ['alice@kez.test/x', 'malformed'],
    ['alice@-kez.test', 'malformed'],
    ['alice@kez..test', 'malformed'],
    ['al@kez.test', 'handle_invalid'],
    ['@kez.test', 'handle_invalid'],
  ])('is not %s', (text, expected) => {
    expect(() => parseFullHandle(text)).toThrow(code(expected))
  })

  it.each([
    [' @Alice ', 'alice@home.test'],
    ['alice@Other.test', 'alice@other.test'],
    ['@alice@other.test', 'alice@other.test'],
  ])('typed as %j is %s', (typed, expected) => {
    expect(formatFullHandle(normaliseFullHandle(typed, 'home.test'))).toBe(expected)
  })

  it('has a server name of at most 253 characters', () => {
    const label = 'a'.repeat(63)
    const longest = [label, label, label, 'a'.repeat(61)].join('.')
    expect(longest).toHaveLength(253)
    expect([isServerName(longest), isServerName(`${longest}:6969`), isServerName(`${longest}a`)]).toEqual([
      true,
      true,
      false,
    ])
  })
})
