import { describe, expect, it } from 'vitest'
import { linkTo, parseRoute, type Route } from './route.ts'

const tag = 'ab'.repeat(16)

describe('an address', () => {
  it.each<Route>([
    { name: 'home' },
    { name: 'create' },
    { name: 'restore' },
    { name: 'chats' },
    { name: 'requests' },
    { name: 'archived' },
    { name: 'find' },
    { name: 'settings' },
    { name: 'welcome' },
    { name: 'passphrase' },
    { name: 'quick-unlock' },
    { name: 'drill' },
    { name: 'me' },
    { name: 'dashboard' },
    { name: 'claims' },
    { name: 'add-claim' },
    { name: 'chat', tag },
    { name: 'chat', tag, at: 4711 },
    { name: 'chat', tag, at: 4711 - 2 ** -20 },
    { name: 'chat', tag, at: 1 - 2 ** -20 },
    { name: 'search' },
    { name: 'search', tag },
    { name: 'person', tag },
    { name: 'claim', tag },
    { name: 'invitations' },
    { name: 'invite', link: `#/invite/alice@example.org/${'A'.repeat(22)}/${'A'.repeat(22)}` },
    { name: 'invite', link: `#/join/${'A'.repeat(22)}` },
  ])('of %o leads back to it', (route) => {
    expect(parseRoute(linkTo(route))).toEqual(route)
  })

  it.each([
    '',
    '#',
    '#/nowhere',
    '#/__proto__',
    '#/chats/<script>',
    `#/chats/${tag}0`,
    '#/search/x',
    `#/chats/${tag}/-1`,
    `#/chats/${tag}/0`,
    `#/chats/${tag}/1e9`,
  ])('%s leads somewhere harmless', (text) => {
    expect(['home', 'chats', 'search', 'chat']).toContain(parseRoute(text).name)
  })

  it('of an invitation stays as it was, but for one that is too long to be one', () => {
    expect(parseRoute('#/invite/')).toEqual({ name: 'invite', link: '#/invite/' })
    expect(parseRoute(`#/invite/${'a'.repeat(9_999)}`)).toEqual({
      name: 'invite',
      link: expect.stringMatching(/^.{513}$/),
    })
    expect(parseRoute('#/invites').name).toBe('home')
  })

  it('keeps everything behind the #, which no browser sends to the server', () => {
    expect(linkTo({ name: 'chat', tag })).toMatch(/^#/)
  })
})
