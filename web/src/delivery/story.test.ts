import { describe, expect, it } from 'vitest'
import type { Delivery } from '../storage/delivery.ts'
import { canHurry, nowText, relayLines, routeLine } from './story.ts'

const when = (ms: number): string => `t${ms}`
const waiting = { state: 'waiting', at: 1, attempts: 0, next_at: 1 } as const
const sent = { state: 'sent', at: 2, attempts: 0, next_at: null } as const
const base: Delivery = { state: 'sending', at: 1, routes: { home: waiting, relay: waiting } }

describe('the state as a whole', () => {
  it.each<[Partial<Delivery>, RegExp]>([
    [{}, /Nothing has taken it yet/],
    [{ state: 'sent' }, /Bob has not confirmed it\.$/],
    [{ state: 'delivered' }, /^The device of Bob has it/],
    [{ state: 'failed', code: 'expired' }, /could not be sent\. It waited for too long/],
    [{ state: 'failed' }, /could not be sent\.$/],
  ])('%o is told in words', (facts, words) => {
    expect(nowText({ ...base, ...facts }, 'Bob')).toMatch(words)
  })

  it('stays at sent when the other side confirmed without a signature, and says why', () => {
    const text = nowText({ ...base, state: 'sent', hinted: true }, 'Bob')
    expect(text).toMatch(/has not confirmed it.*without a signature/)
    expect(text).not.toMatch(/device of Bob has it/)
  })
})

describe('a way', () => {
  it('that has not been asked says so', () => {
    expect(routeLine('home', waiting, when)).toEqual({ name: 'home', tone: 'open', text: 'Not asked yet.' })
  })

  it('that failed so far tells why, how often, and when it is tried next', () => {
    const record = { ...waiting, attempts: 3, reason: 'mailbox_full', next_at: 9 }
    expect(routeLine('home', record, when).text).toBe('Their mailbox is full. 3 attempts so far. Next: t9.')
  })

  it('that took it tells when', () => {
    expect(routeLine('home', sent, when)).toEqual({ name: 'home', tone: 'good', text: 'Took it (t2).' })
  })

  it('that refused for good tells why; one that does not exist is no refusal', () => {
    const refused = { state: 'refused', at: 1, attempts: 1, next_at: null } as const
    expect(routeLine('home', { ...refused, reason: 'too_large' }, when)).toMatchObject({
      tone: 'bad',
      text: 'Refused for good. The message is too large.',
    })
    expect(routeLine('home', { ...refused, reason: 'no_route' }, when).tone).toBe('off')
  })
})

describe('the relays', () => {
  it('are told each by itself, with their own words', () => {
    const relays: Delivery['relays'] = [
      { relay: 'wss://one.example.org', state: 'accepted', at: 5 },
      { relay: 'wss://two.example.org/inbox', state: 'refused', at: 6, reason: 'blocked: you again' },
      { relay: 'wss://three.example.org', state: 'timeout', at: 7, reason: 'no answer in time' },
      { relay: 'wss://four.example.org', state: 'unreachable', at: 7 },
      { relay: 'wss://five.example.org', state: 'pending', at: 7 },
    ]
    expect(relayLines({ ...base, relays }, when)).toEqual([
      { name: 'one.example.org', tone: 'good', text: 'OK (t5).' },
      { name: 'two.example.org/inbox', tone: 'bad', text: 'Refused. It blocks this. It says: “you again”' },
      { name: 'three.example.org', tone: 'bad', text: 'No answer in time.' },
      { name: 'four.example.org', tone: 'bad', text: 'Not reached.' },
      { name: 'five.example.org', tone: 'open', text: 'Asked, no answer yet.' },
    ])
  })

  it('that were never asked are one line; of a message from before there were relays there is none', () => {
    expect(relayLines(base, when)).toEqual([{ name: 'Relays', tone: 'open', text: 'Not asked yet.' }])
    expect(relayLines({ state: 'sent', at: 1 }, when)).toEqual([])
  })
})

describe('a message', () => {
  it.each<[Partial<Delivery>, boolean]>([
    [{}, true],
    [{ state: 'sent', routes: { home: { ...waiting, attempts: 2 }, relay: sent } }, true],
    [{ state: 'sent', routes: { home: sent, relay: sent } }, false],
    [{ state: 'delivered', routes: { home: { ...waiting, attempts: 2 }, relay: sent } }, false],
    [{ state: 'failed' }, false],
    [{ state: 'sent', routes: undefined }, false],
  ])('%o can be hurried: %s', (facts, can) => {
    expect(canHurry({ ...base, ...facts } as Delivery)).toBe(can)
  })
})
