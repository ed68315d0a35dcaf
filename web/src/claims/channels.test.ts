import { fromHex, nostrPrimaryOf } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { type ChannelName, partsOf, subjectOf } from './channels.ts'

/** The x coordinate of 3·G. */
const nostrKey = 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'
const nostr = nostrPrimaryOf(fromHex(nostrKey, 32))

describe('what somebody types as theirs', () => {
  it.each<[ChannelName, string, string]>([
    ['dns', ' Example.ORG ', 'dns:example.org'],
    ['dns', 'https://example.org/about?x', 'dns:example.org'],
    ['dns', '_kez.example.org.', 'dns:example.org'],
    ['web', 'https://example.org/', 'web:example.org'],
    ['github', '@Alice', 'github:alice'],
    ['github', 'https://github.com/Alice/dotfiles', 'github:alice'],
    ['bluesky', 'https://bsky.app/profile/alice.bsky.social', 'bluesky:alice.bsky.social'],
    ['bluesky', '@alice.bsky.social', 'bluesky:alice.bsky.social'],
    ['ap', 'https://social.example/@Alice', 'ap:@alice@social.example'],
    ['ap', 'alice@social.example', 'ap:@alice@social.example'],
    ['nostr', nostrKey, nostr],
    ['nostr', nostr, nostr],
  ])('for %s: %s', (channel, typed, subject) => {
    expect(subjectOf(channel, typed)).toBe(subject)
  })

  it.each<[ChannelName, string]>([
    ['dns', ''],
    ['dns', 'example'],
    ['github', 'a b'],
    ['github', '-alice'],
    ['ap', 'alice'],
    ['nostr', 'npub1wrong'],
    ['web', 'ftp://example.org'],
    ['bluesky', 'x'.repeat(600)],
  ])('is none of %s when it is %s', (channel, typed) => {
    expect(subjectOf(channel, typed)).toBeUndefined()
  })
})

describe('a subject', () => {
  it('is taken apart into a channel that can be checked, or shown whole', () => {
    expect(partsOf('github:alice')).toEqual({ channel: 'github', value: 'alice' })
    expect(partsOf('matrix:@alice:example.org')).toEqual({ channel: undefined, value: 'matrix:@alice:example.org' })
  })
})
