import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex } from '@kez-chat/identity'
import { messagingKeyFromSeed, open } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { frozenVersions } from './versions.ts'

describe.each(frozenVersions)('envelopes of $version', ({ folder }) => {
  const {
    recipient_seed: seed,
    opened_at: at,
    cases,
  } = JSON.parse(readFileSync(join(folder, 'envelopes.json'), 'utf8'))
  const known = { 'something of a later version': 'unknown' }

  it.each(cases as { why: keyof typeof known; envelope: object; inner: { body: { type: string } } }[])(
    'still open: $why',
    async ({ why, envelope, inner }) => {
      const opened = await open(envelope, messagingKeyFromSeed(fromHex(seed, 32)), { now: Date.parse(at) })
      expect(opened.inner).toEqual(inner)
      expect(opened.body.type).toBe(known[why] ?? inner.body.type)
    },
  )
})
