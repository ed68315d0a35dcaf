import { fromBase64url, fromHex, jcs, parseJson, parseTimestamp } from '../../src/index.ts'
import type { Refusal } from './refusal.ts'

/** Spellings. */
export const spellingsRefusals: readonly Refusal[] = [
  [() => fromHex('AB', 1), 'malformed', 'expected 1 bytes as lower-case hex'],
  [() => fromBase64url('A'.repeat(9), 4), 'too_large', 'base64url is longer than 4 bytes'],
  [() => fromBase64url('A', 4), 'malformed', 'base64url has an impossible length'],
  [() => fromBase64url('A=', 4), 'malformed', 'base64url has a foreign character at 1'],
  [() => fromBase64url('AB', 4), 'malformed', 'base64url has stray bits at its end'],
  [() => parseJson('[1,2]', 4), 'too_large', 'JSON is longer than 4 bytes'],
  [() => parseJson('[', 4), 'malformed', 'not valid JSON'],
  [() => parseJson(Uint8Array.of(0xff), 4), 'malformed', 'not valid UTF-8'],
  [
    () => parseTimestamp('2026-02-30T00:00:00Z'),
    'malformed',
    'not an RFC 3339 time in UTC with at most three fraction digits',
  ],
  [() => jcs('\ud800'), 'malformed', 'cannot be canonical JSON: lone surrogate'],
  [() => jcs('\0'), 'malformed', 'cannot be canonical JSON: U+0000'],
  [() => jcs(Number.NaN), 'malformed', 'cannot be canonical JSON: a number that is not finite'],
  [() => jcs(2 ** 53), 'malformed', 'cannot be canonical JSON: an integer beyond 2^53 - 1'],
  [() => jcs(new Date()), 'malformed', 'cannot be canonical JSON: an object that is not plain'],
  [() => jcs(undefined), 'malformed', 'cannot be canonical JSON: a value of type undefined'],
  [
    () => jcs(JSON.parse('['.repeat(65) + ']'.repeat(65))),
    'malformed',
    'cannot be canonical JSON: nesting deeper than 64',
  ],
  [() => jcs('hello', { maxBytes: 4 }), 'too_large', 'canonical JSON is longer than 4 bytes'],
]
