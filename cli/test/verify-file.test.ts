import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kez, newFolder, privateFile } from './kez.ts'
import { longPhrase, shortPhrase } from './people.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const vectors = join(import.meta.dirname, '..', '..', 'vectors')
const identity = JSON.parse(readFileSync(join(vectors, 'identity.json'), 'utf8'))

const claim = async (...options: string[]): Promise<string> =>
  (await kez(['claim', 'create', 'github:alice', '--mnemonic', '-', ...options], { stdin: longPhrase.phrase, now })).out

const verify = (text: string, at = now) => kez(['verify', 'file', '-'], { stdin: text, now: at })

describe('kez verify file', () => {
  it.each(['json', 'compact', 'markdown', 'dns'])(
    'believes a claim in %s, from a file and from standard input',
    async (format) => {
      const text = await claim('--format', format)
      const expected = `claim     holds\nsubject   github:alice\nidentity  ${longPhrase.primary}\nsigned    2026-05-25T03:00:00.000Z\nrevoked   not asked\n`
      expect(await verify(text)).toEqual({ code: 0, out: expected, err: '' })
      expect((await kez(['verify', 'file', privateFile(text)], { now })).out).toBe(expected)
    },
  )

  it("believes a claim and a chain of somebody else's making", async () => {
    expect((await verify(JSON.stringify(identity.claim))).out).toContain(`identity  ${identity.primary}\n`)
    const { code, out } = await verify(JSON.stringify(identity.sigchain))
    expect(code).toBe(0)
    expect(out).toMatch(
      /^sigchain {2}holds\nidentity {2}ed25519:.+\nstatus {4}active\nevents {4}\d+, the last one sha256:/,
    )
  })

  it.each([
    [
      'a changed subject',
      (text: string) => text.replaceAll('github:alice', 'github:mallory'),
      'the claim does not hold: the signature does not match',
    ],
    [
      'another signer',
      (text: string) => text.replace(longPhrase.primary, shortPhrase.primary),
      'the claim does not hold: signature.key is not payload.primary',
    ],
  ])('does not believe a claim with %s, and ends with 1', async (_what, change, message) => {
    expect(await verify(change(await claim('--format', 'json')))).toEqual({
      code: 1,
      out: '',
      err: `kez: ${message}\n`,
    })
  })

  it('does not believe a claim that has expired or is yet to come', async () => {
    const text = await claim('--expires', '1d')
    expect((await verify(text)).out).toContain('expires   2026-05-26T03:00:00.000Z\n')
    expect(await verify(text, now + 2 * 86_400_000)).toEqual({
      code: 1,
      out: '',
      err: 'kez: the claim does not hold: the claim expired at 2026-05-26T03:00:00Z\n',
    })
    expect((await verify(text, now - 3_600_000)).err).toBe(
      'kez: the claim does not hold: the claim is dated in the future\n',
    )
  })

  it('does not believe a chain with an event missing, and says which one breaks it', async () => {
    const { code, err } = await verify(JSON.stringify(identity.sigchain.slice(1)))
    expect(code).toBe(1)
    expect(err).toBe('kez: the sigchain does not hold: event 0: the next event of this chain is 0\n')
  })

  it.each([
    ['', 'there is no claim and no sigchain in this'],
    ['hello', 'there is no claim and no sigchain in this'],
    ['{}', 'neither a claim nor a sigchain'],
  ])('tells what cannot be read (%j) from what does not hold: it ends with 2', async (text, message) => {
    expect(await verify(text)).toEqual({ code: 2, out: '', err: `kez: ${message}\n` })
  })

  it('says that there is no such file', async () => {
    const path = join(newFolder(), 'none')
    expect(await kez(['verify', 'file', path])).toEqual({
      code: 4,
      out: '',
      err: `kez: ${path} cannot be read: there is no such file\n`,
    })
  })

  it('tells machines the same', async () => {
    const { out } = await kez(['verify', 'file', '-', '--json'], { stdin: await claim('--expires', '1d'), now })
    expect(JSON.parse(out)).toEqual({
      kind: 'claim',
      subject: 'github:alice',
      primary: longPhrase.primary,
      created_at: '2026-05-25T03:00:00.000Z',
      expires_at: '2026-05-26T03:00:00.000Z',
      revocation: 'not asked',
    })
  })
})
