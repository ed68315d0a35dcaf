import { expect, test } from 'vitest'
import { areIndependent } from './independent-proofs.ts'

test.each([
  [[], false],
  [['github:alice'], false],
  [['github:alice', 'github:alice'], false],
  [['dns:example.org', 'web:example.org'], false],
  [['dns:example.org', 'web:https://example.org/about'], false],
  [['dns:example.org', 'web:example.com'], true],
  [['github:alice', 'dns:example.org'], true],
  [['github:alice', 'github:alice-at-work'], true],
  [['dns:example.org', 'web:example.org', 'nostr:npub1alice'], true],
] as const)('%j: a person is verified by two proofs that do not depend on one another: %s', (subjects, expected) => {
  expect(areIndependent(subjects)).toBe(expected)
})
