import { parseHandle } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { openedAt, serverIn } from './elsewhere.ts'

const key = 'A'.repeat(22)
const invitation = { kind: 'person', handle: parseHandle('alice'), check: key, secret: key } as const

describe('an invitation', () => {
  it('is opened at the own server of whoever follows it, where the inviter has a full name', () => {
    expect(openedAt('b.test', invitation, 'a.test')).toBe(`https://b.test/#/invite/alice@a.test/${key}/${key}`)
    expect(openedAt('localhost:6969', invitation, 'a.test')).toMatch(
      /^http:\/\/localhost:6969\/#\/invite\/alice@a\.test\//,
    )
  })

  it('of somebody at a third server keeps that name, and loses it where it is at home', () => {
    const foreign = { ...invitation, server: 'c.test' }
    expect(openedAt('b.test', foreign, 'a.test')).toBe(`https://b.test/#/invite/alice@c.test/${key}/${key}`)
    expect(openedAt('c.test', foreign, 'a.test')).toBe(`https://c.test/#/invite/alice/${key}/${key}`)
  })
})

describe('the server that somebody types', () => {
  it.each([
    ['example.org', 'example.org'],
    [' Example.org ', 'example.org'],
    ['https://example.org/#/chats', 'example.org'],
    ['bob@example.org', 'example.org'],
    ['@bob@example.org', 'example.org'],
    ['localhost:6969', 'localhost:6969'],
    ['', undefined],
    ['javascript:alert(1)', undefined],
    ['example.org evil', undefined],
    ['https://', undefined],
  ])('as %j is %s', (typed, server) => {
    expect(serverIn(typed)).toBe(server)
  })
})
