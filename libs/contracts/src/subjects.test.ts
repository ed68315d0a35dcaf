import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { Handle, PrimaryHex } from './primitives.ts'
import {
  directoryKey,
  identitySubject,
  inboxBucket,
  inboxBuckets,
  inboxStreamBuckets,
  inboxStreamOf,
  inboxSubject,
} from './subjects.ts'

const primary = PrimaryHex.parse('d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737')

it('puts an inbox into the bucket named by the first byte of SHA-256 of the key', () => {
  const first = createHash('sha256').update(Buffer.from(primary, 'hex')).digest()[0] ?? -1
  expect(inboxBucket(primary)).toBe(first % 64)
  expect(inboxSubject.stored(primary)).toBe(`kez.inbox.${primary}.p${first % 64}`)
  expect(inboxSubject.live(primary)).toBe(`kez.inbox.${primary}.live`)
})

it.each([1, 2, 3, 8, 64])('gives every bucket to exactly one of %i inbox streams', (count) => {
  const owned = Array.from({ length: count }, (_, index) => inboxStreamBuckets(index, count)).flat()
  expect(owned).toEqual(Array.from({ length: inboxBuckets }, (_, bucket) => bucket))
})

it.each([1, 3, 8, 64])('finds a person in the stream that owns their bucket, of %i', (count) => {
  const index = Number(inboxStreamOf(primary, count).replace('INBOX_', ''))
  expect(inboxStreamBuckets(index, count)).toContain(inboxBucket(primary))
})

it('names one literal subject and one directory key for each aggregate', () => {
  const handle = Handle.parse('alice_b-c')
  expect(identitySubject.handle(handle)).toBe('identity.handle.alice_b-c')
  expect(identitySubject.primary(primary)).toBe(`identity.primary.${primary}`)
  expect(directoryKey.handle(handle)).toBe('h.alice_b-c')
  expect(directoryKey.primary(primary)).toBe(`p.${primary}`)
})
