import { describe, expect, it } from 'vitest'
import { createClaim } from './claim.ts'
import { claimEncodingOf, encodeClaim } from './claim-text.ts'
import { parseProof } from './parse-proof.ts'
import { signingKeyFromSeed } from './signing-key.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))

describe('the text of a claim', () => {
  it.each([
    ['github:alice', 'markdown', /^I am `github:alice`/],
    ['dns:example.org', 'dns', /^"kez:z1:[\w-]+"( "[\w-]+")*\n$/],
    ['web:example.org', 'json', /^\{\n {2}"kez": "claim"/],
    ['ap:@alice@example.org', 'compact', /^kez:z1:[\w-]+\n$/],
    ['bluesky:alice.bsky.social', 'compact', /^kez:z1:[\w-]+\n$/],
    ['matrix:@alice:example.org', 'json', /^\{\n/],
  ] as const)('%s is written as %s, and read back as it was signed', async (subject, encoding, shape) => {
    const claim = createClaim({ subject, createdAt: 1_700_000_000_000 }, key)
    expect(claimEncodingOf(subject)).toBe(encoding)
    const text = await encodeClaim[encoding](claim)
    expect(text).toMatch(shape)
    expect(await parseProof(text)).toEqual({ kind: 'claim', envelope: claim })
  })
})
