import { createClaim, signingKeyFromSeed } from '@kez-chat/identity'
import { expect, it } from 'vitest'
import type { Mark } from '../people/marks.ts'
import { standingsOf } from './standing.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const signed = (subject: string, signedAt = 1) => ({
  ...{ tag: subject, subject, signedAt },
  claim: createClaim({ subject, createdAt: 0 }, key),
})
const mark = (subject: string, state: Mark['state']): Mark => ({ subject, state })
const seen = (...all: Parameters<typeof standingsOf>) =>
  standingsOf(...all).map(({ subject, state, claim }) => [subject, state, claim !== undefined])

it('a claim that is not found yet is unpublished; the newest comes first, and all of them before the others', () => {
  expect(seen([signed('dns:a.test'), signed('github:a', 2)], [mark('web:b.test', 'verified')])).toEqual([
    ['github:a', 'unpublished', true],
    ['dns:a.test', 'unpublished', true],
    ['web:b.test', 'verified', false],
  ])
})

it('a claim that is told to the world stands as the world sees it, with the text that was signed here', () => {
  expect(seen([signed('dns:a.test')], [mark('dns:a.test', 'failed')])).toEqual([['dns:a.test', 'failed', true]])
})

it('one that was taken back can be signed anew', () => {
  expect(seen([], [mark('dns:a.test', 'revoked')])).toEqual([['dns:a.test', 'revoked', false]])
  expect(seen([signed('dns:a.test')], [mark('dns:a.test', 'revoked')])).toEqual([['dns:a.test', 'unpublished', true]])
})
