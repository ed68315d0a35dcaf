import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { utf8 } from '../../src/index.ts'
import { chatRefusals } from './chat.ts'
import { claimsRefusals } from './claims.ts'
import { documentsRefusals } from './documents.ts'
import { encodingsRefusals } from './encodings.ts'
import { invitationsRefusals } from './invitations.ts'
import { keysRefusals } from './keys.ts'
import { sigchainsRefusals } from './sigchains.ts'
import { spellingsRefusals } from './spellings.ts'

const refusals = [
  ...spellingsRefusals,
  ...keysRefusals,
  ...documentsRefusals,
  ...claimsRefusals,
  ...sigchainsRefusals,
  ...encodingsRefusals,
  ...chatRefusals,
  ...invitationsRefusals,
].map(([act, code, text]) => ({ act, code, text }))
const unavailable = 'the part that reads compact proofs could not be loaded'

const folder = new URL('../../src/', import.meta.url)
const source = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n')

describe('what a person reads', () => {
  it.each(refusals)('$code: $text', async ({ act, code, text }) => {
    const refused = async (): Promise<unknown> => act()
    await expect(refused()).rejects.toMatchObject({ name: 'IdentityError', code, message: text })
  })

  it(`unavailable: ${unavailable}`, async () => {
    vi.doMock('@hpcc-js/wasm-zstd', () => {
      throw new TypeError('Failed to fetch dynamically imported module')
    })
    const { compress } = await import('../../src/zstd-portable.ts')
    await expect(compress(utf8('x'))).rejects.toMatchObject({ code: 'unavailable', message: unavailable })
    vi.doUnmock('@hpcc-js/wasm-zstd')
  })

  it('is written out here for every refusal in the source', () => {
    const literals = [...source.matchAll(/(?:IdentityError\(\s*'\w+',\s*|malformed\(|refuse\()(['"`])(.*?)\1[,)\s]/g)]
    const patterns = literals.map(([, , text = '']) =>
      text
        .split(/\$\{.*?\}/)
        .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
        .join('.*'),
    )
    expect(patterns.length).toBeGreaterThan(100)
    const texts = [...refusals.map(({ text }) => text), unavailable]
    expect(patterns.filter((pattern) => !texts.some((text) => new RegExp(`${pattern}$`).test(text)))).toEqual([])
  })
})
