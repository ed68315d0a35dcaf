import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseProof, verifyClaim } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { kez, modeOf, newFolder, privateFile } from './kez.ts'
import { longPhrase, nostr } from './people.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const key = ['--mnemonic', '-']
const around = { stdin: longPhrase.phrase, now }

const claimIn = async (text: string) => {
  const proof = await parseProof(text)
  return verifyClaim(proof.kind === 'claim' ? proof.envelope : undefined, now)
}

describe('kez claim create', () => {
  it.each([
    ['github:Alice', 'github:alice', 'markdown', 'publish it as a public gist of alice with the file name kez.md'],
    ['dns:example.org', 'dns:example.org', 'dns', 'publish it as a TXT record at _kez.example.org'],
    ['web:https://example.org/', 'web:example.org', 'json', 'publish it at https://example.org/.well-known/kez.json'],
    [nostr.primary, nostr.primary, 'compact', 'publish it in a note, or in the "about" of the profile'],
    ['bluesky:alice.test', 'bluesky:alice.test', 'compact', 'publish it in a post of alice.test'],
    ['mastodon:@alice@a.test', 'ap:@alice@a.test', 'compact', 'publish it in the profile of @alice@a.test'],
    ['matrix:@a:b', 'matrix:@a:b', 'json', 'publish it where only the owner of matrix:@a:b can'],
  ])('writes a claim of %s as it fits its place', async (typed, subject, format, publish) => {
    const { code, out, err } = await kez(['claim', 'create', typed, '--json', ...key], around)
    const { document, ...rest } = JSON.parse(out)
    expect({ code, err, rest }).toEqual({
      code: 0,
      err: '',
      rest: { subject, primary: longPhrase.primary, format, publish },
    })
    expect(await claimIn(document)).toEqual({ subject, primary: longPhrase.primary, createdAt: now })
  })

  it.each(['json', 'compact', 'markdown', 'dns'])('writes %s when asked, and nothing beside it', async (format) => {
    const { out } = await kez(['claim', 'create', 'github:alice', '--format', format, ...key], around)
    expect((await claimIn(out)).subject).toBe('github:alice')
  })

  it('signs with a nostr key, too', async () => {
    const { out } = await kez(['claim', 'create', 'github:alice', '--nsec', '-'], { stdin: nostr.nsec, now })
    expect(await claimIn(out)).toMatchObject({ primary: nostr.primary })
  })

  it('writes a new file and says where to publish it', async () => {
    const path = join(newFolder(), 'kez.md')
    const { out } = await kez(['claim', 'create', 'github:alice', '--out', path, ...key], around)
    expect(out).toBe(
      `subject   github:alice\nidentity  ${longPhrase.primary}\nclaim     in ${path}\nnext      publish it as a public gist of alice with the file name kez.md\n`,
    )
    expect((await claimIn(readFileSync(path, 'utf8'))).subject).toBe('github:alice')
  })

  it.each([
    ['90d', '2026-08-23T03:00:00.000Z'],
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
  ])('lets a claim expire (%s)', async (expires, at) => {
    const { out } = await kez(['claim', 'create', 'github:alice', '--expires', expires, ...key], around)
    expect(new Date((await claimIn(out)).expiresAt ?? 0).toISOString()).toBe(at)
  })

  const form = 'a number of days like 90d, a date like 2027-01-31 or a time like 2027-01-31T12:00:00Z'
  it.each([
    [['github:alice', '--expires', 'soon', ...key], `kez: --expires is ${form}\n`],
    [['github:alice', '--expires', '2027-02-30', ...key], `kez: --expires is ${form}\n`],
    [['github:alice', '--expires', '2026-05-25', ...key], 'kez: --expires is in the past\n'],
    [['alice', ...key], 'kez: an identifier is system:value, of at most 512 printable characters\n'],
    [['dns:not a domain', ...key], 'kez: an identifier is system:value, of at most 512 printable characters\n'],
    [['dns:-', ...key], 'kez: a dns: identifier is a domain name such as example.org\n'],
    [[longPhrase.primary, ...key], 'kez: a claim about its own key says nothing\n'],
    [
      [],
      'kez: kez claim create needs <subject>: for instance github:alice, web:example.org or ap:@alice@example.org\n',
    ],
    [['github:alice'], 'kez: this needs your key\nGive it with --mnemonic-file, --ed25519-seed-file or --nsec-file.\n'],
  ])('refuses %j', async (args, err) => {
    expect(await kez(['claim', 'create', ...args], around)).toEqual({ code: 2, out: '', err })
  })
})

describe('kez claim dns', () => {
  it('prints the record for a zone file, in segments of at most 255 bytes', async () => {
    const { code, out } = await kez(['claim', 'dns', 'Example.org', ...key], around)
    expect(code).toBe(0)
    expect(out).toMatch(/^_kez\.example\.org\. 3600 IN TXT "kez:z1:[\w-]{248}" "[\w-]{1,255}"\n$/)
    expect((await claimIn(out.slice(out.indexOf('"')))).subject).toBe('dns:example.org')
  })

  it('tells machines the name, the whole value and the segments', async () => {
    const { out } = await kez(['claim', 'dns', 'dns:example.org', '--json', ...key], around)
    const record = JSON.parse(out)
    expect(record).toMatchObject({ subject: 'dns:example.org', name: '_kez.example.org', type: 'TXT' })
    expect(record.segments.join('')).toBe(record.value)
  })

  it('writes the record to a file', async () => {
    const path = join(newFolder(), 'record')
    const { out } = await kez([
      'claim',
      'dns',
      'example.org',
      '--out',
      path,
      '--mnemonic-file',
      privateFile(longPhrase.phrase),
    ])
    expect(out).toContain(`record    in ${path}\nnext      publish it as a TXT record at _kez.example.org\n`)
    expect(readFileSync(path, 'utf8')).toMatch(/^_kez\.example\.org\. 3600 IN TXT "/)
    expect(modeOf(path)).toBe('600')
  })

  it('refuses what is no domain', async () => {
    const { code, err } = await kez(['claim', 'dns', 'no_domain', ...key], around)
    expect({ code, err }).toEqual({ code: 2, err: 'kez: a dns: identifier is a domain name such as example.org\n' })
  })
})
