import { describe, expect, it } from 'vitest'
import { createInner, innerHash, parseInner } from './inner.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'

const from = messagingKeyFromSeed(new Uint8Array(32).fill(1)).primary
const to = messagingKeyFromSeed(new Uint8Array(32).fill(2)).primary
const draft = { from, fromHandle: 'alice@kez.test', to, body: { type: 'text', text: 'hi' }, sentAt: 1_770_000_000_000 }
const good = createInner(draft)

describe('an inner', () => {
  it('has an id of its own and keeps what it was given', () => {
    expect(good).toMatchObject({ v: 2, from, to, from_handle: 'alice@kez.test', body: draft.body })
    expect(good.sent_at).toBe('2026-02-02T02:40:00.000Z')
    expect(createInner(draft).id).not.toBe(good.id)
    expect('authors' in good || 'prev' in good).toBe(false)
  })

  it('names the one before it by hash', () => {
    const next = createInner({ ...draft, prev: innerHash(good), authors: ['ab'.repeat(32)] })
    expect(next.prev).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(innerHash(next)).not.toBe(next.prev)
    expect(parseInner(next)).toEqual(next)
  })

  it('keeps members it does not know, for they are signed', () => {
    expect(parseInner({ ...good, mood: 'fine' })).toEqual({ ...good, mood: 'fine' })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['version 3', { v: 3 }, 'unknown_version'],
    ['a short id', { id: 'ab' }, 'malformed'],
    ['a sender that is no primary', { from: 'github:alice' }, 'malformed'],
    ['a recipient that is no primary', { to: 1 }, 'malformed'],
    ['no handle', { from_handle: undefined }, 'malformed'],
    ['a handle without a server', { from_handle: 'alice' }, 'malformed'],
    ['a handle with markup', { from_handle: '<b>@kez.test' }, 'malformed'],
    ['a time that is no time', { sent_at: 'yesterday' }, 'malformed'],
    ['a time as a number', { sent_at: 1 }, 'malformed'],
    ['a body without a type', { body: { text: 'hi' } }, 'malformed'],
    ['a body that is text', { body: 'hi' }, 'malformed'],
    ['no authors at all', { authors: [] }, 'malformed'],
    ['authors that are no keys', { authors: ['npub1x'] }, 'malformed'],
    ['seventeen authors', { authors: new Array(17).fill('ab'.repeat(32)) }, 'malformed'],
    ['a prev without its algorithm', { prev: 'ab'.repeat(32) }, 'malformed'],
  ])('with %s is refused', (_, change, code) => {
    expect(() => parseInner({ ...good, ...change })).toThrow(expect.objectContaining({ name: 'MessageError', code }))
  })
})
