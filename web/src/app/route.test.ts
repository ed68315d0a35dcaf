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

  it('keeps everything behind the #, which no browser sends to the server', () => {
    expect(linkTo({ name: 'chat', tag })).toMatch(/^#/)
  })
})
