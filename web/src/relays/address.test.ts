import { describe, expect, it } from 'vitest'
import { mostRelays, readAddress } from './address.ts'

describe('the address of a relay', () => {
  it.each([
    ['wss://Relay.Example.org/', 'wss://relay.example.org'],
    ['  relay.example.org ', 'wss://relay.example.org'],
    ['relay.example.org:7777/inbox/', 'wss://relay.example.org:7777/inbox'],
    ['wss://relay.example.org:443', 'wss://relay.example.org'],
    ['ws://localhost:7777', 'ws://localhost:7777'],
    ['ws://127.0.0.1:7777/', 'ws://127.0.0.1:7777'],
    ['ws://[::1]:7777', 'ws://[::1]:7777'],
  ])('%s is taken in its one spelling', (typed, url) => {
    expect(readAddress(typed, [])).toEqual({ url })
  })

  it.each([
    ['   ', 'empty'],
    ['https://relay.example.org', 'web'],
    ['ftp://relay.example.org', 'malformed'],
    ['relay', 'malformed'],
    ['wss://', 'malformed'],
    ['wss://relay example.org', 'malformed'],
    [`wss://${'a'.repeat(600)}.example.org`, 'malformed'],
    ['wss://me:secret@relay.example.org', 'credentials'],
    ['ws://relay.example.org', 'insecure'],
    ['ws://192.168.1.4', 'insecure'],
    ['ws://127.0.0.1.example.org', 'insecure'],
  ])('%s is refused: %s', (typed, problem) => {
    expect(readAddress(typed, [])).toEqual({ problem })
  })

  it('counts once, however it is spelled', () => {
    expect(readAddress('wss://RELAY.example.org/', ['wss://relay.example.org'])).toEqual({ problem: 'known' })
  })

  it('finds no room behind the last place', () => {
    const full = Array.from({ length: mostRelays }, (_, i) => `wss://relay-${i}.example.org`)
    expect(readAddress('one-more.example.org', full)).toEqual({ problem: 'tooMany' })
    expect(readAddress('one-more.example.org', full.slice(1))).toEqual({ url: 'wss://one-more.example.org' })
  })
})
