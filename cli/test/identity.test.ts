import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kez, modeOf, newFolder, privateFile } from './kez.ts'
import { longPhrase, nostr, shortPhrase } from './people.ts'

describe('kez identity new', () => {
  it.each([
    [[], 12],
    [['--words', '24'], 24],
  ])('makes an identity whose phrase leads back to it (%j)', async (options, count) => {
    const { code, out, err } = await kez(['identity', 'new', '--json', ...options])
    const made: { primary: string; mnemonic: string } = JSON.parse(out)
    expect({ code, err, count: made.mnemonic.split(' ').length }).toEqual({ code: 0, err: '', count })
    const again = await kez(['identity', 'show', '--json', '--mnemonic', '-'], { stdin: made.mnemonic })
    expect(JSON.parse(again.out)).toMatchObject({ primary: made.primary, kind: 'ed25519' })
  })

  it('writes the phrase to a file that only its owner can read, and does not show it', async () => {
    const path = join(newFolder(), 'alice.phrase')
    const { code, out } = await kez(['identity', 'new', '--out', path])
    const phrase = readFileSync(path, 'utf8').trim()
    expect({ code, mode: modeOf(path) }).toEqual({ code: 0, mode: '600' })
    expect(out).toMatch(/^identity {2}ed25519:[0-9a-f]{64}\nphrase {4}in /)
    expect(out).not.toContain(phrase)
  })

  it('overwrites no file', async () => {
    const path = privateFile('mine')
    expect(await kez(['identity', 'new', '--out', path])).toEqual({
      code: 4,
      out: '',
      err: `kez: ${path} cannot be written: it exists already\n`,
    })
    expect(readFileSync(path, 'utf8')).toBe('mine\n')
  })
})

describe('kez identity mnemonic and from-mnemonic', () => {
  it('go from the seed to the words and back', async () => {
    const words = await kez(['identity', 'mnemonic', '--ed25519-seed', '-'], { stdin: longPhrase.seed })
    expect(words).toEqual({ code: 0, out: `${longPhrase.phrase}\n`, err: '' })
    const seedPath = join(newFolder(), 'alice.seed')
    const identity = await kez(['identity', 'from-mnemonic', '--out', seedPath, '--json'], { stdin: longPhrase.phrase })
    expect(JSON.parse(identity.out)).toEqual({ primary: longPhrase.primary, out: seedPath })
    expect(readFileSync(seedPath, 'utf8')).toBe(`${longPhrase.seed}\n`)
    expect(modeOf(seedPath)).toBe('600')
  })

  it('writes the words to a file instead of showing them', async () => {
    const path = join(newFolder(), 'alice.phrase')
    const { code, out } = await kez([
      'identity',
      'mnemonic',
      '--ed25519-seed-file',
      privateFile(longPhrase.seed),
      '--out',
      path,
    ])
    expect({ code, out, mode: modeOf(path) }).toEqual({ code: 0, out: `phrase  in ${path}\n`, mode: '600' })
    expect(readFileSync(path, 'utf8')).toBe(`${longPhrase.phrase}\n`)
  })

  it('finds the identity of 12 words without telling the seed', async () => {
    const { code, out, err } = await kez([
      'identity',
      'from-mnemonic',
      '--mnemonic-file',
      privateFile(shortPhrase.phrase),
    ])
    expect({ code, out, err }).toEqual({ code: 0, out: `identity  ${shortPhrase.primary}\n`, err: '' })
    expect(out).not.toContain(shortPhrase.seed)
  })

  it('needs a seed', async () => {
    expect(await kez(['identity', 'mnemonic'])).toEqual({
      code: 2,
      out: '',
      err: 'kez: this needs your seed\nGive it with --ed25519-seed-file.\n',
    })
  })
})

describe('kez identity show', () => {
  const sources = [
    ['mnemonic', shortPhrase.phrase, shortPhrase.primary],
    ['ed25519-seed', longPhrase.seed, longPhrase.primary],
    ['nsec', nostr.nsec, nostr.primary],
  ] as const

  it.each(sources)('takes --%s from standard input, from @path and from a file', async (name, secret, primary) => {
    const path = privateFile(secret)
    const ways = [
      kez(['identity', 'show', '--json', `--${name}`, '-'], { stdin: `${secret}\n` }),
      kez(['identity', 'show', '--json', `--${name}`, `@${path}`]),
      kez(['identity', 'show', '--json', `--${name}-file`, path]),
    ]
    for (const { code, out, err } of await Promise.all(ways)) {
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(JSON.parse(out)).toMatchObject({ primary })
      expect(out).not.toContain(secret)
    }
  })

  it.each(sources)('warns that others see --%s on the command line, without repeating it', async (name, secret) => {
    const { code, out, err } = await kez(['identity', 'show', `--${name}`, secret])
    expect(code).toBe(0)
    expect(err).toBe(
      `kez: warning: --${name} on the command line can be seen by others on this machine; use --${name}-file or --${name} -\n`,
    )
    expect(out).not.toContain(secret)
  })

  it('warns of a key file that others can read', async () => {
    const path = privateFile(shortPhrase.phrase)
    chmodSync(path, 0o644)
    const { code, err } = await kez(['identity', 'show', '--mnemonic-file', path])
    expect(code).toBe(0)
    expect(err).toBe(
      `kez: warning: ${path} can be read by others on this machine (mode 644); chmod 600 keeps it yours\n`,
    )
  })

  it('takes an identity in any spelling instead of a key', async () => {
    const { out } = await kez(['identity', 'show', ` ${longPhrase.primary.toUpperCase()}`])
    expect(out).toBe(`identity  ${longPhrase.primary}\ngood for  claims, sigchains, handles and chat\n`)
  })

  it.each([
    [[], 'kez: this needs your key\nGive it with --mnemonic-file, --ed25519-seed-file or --nsec-file.\n'],
    [['--nsec', '-', '--mnemonic', '-'], 'kez: --mnemonic and --nsec exclude each other\n'],
    [['--nsec', '-', '--nsec-file', 'x'], 'kez: --nsec and --nsec-file exclude each other\n'],
    [[longPhrase.primary, '--nsec', '-'], 'kez: an identity and a key exclude each other\n'],
    [['ed25519:12'], 'kez: an ed25519: identifier is a public key of 64 hex digits\n'],
    [['--mnemonic', '-'], 'kez: --mnemonic: there is no key in it\n'],
  ])('refuses %j', async (options, err) => {
    expect(await kez(['identity', 'show', ...options])).toEqual({ code: 2, out: '', err })
  })

  it.each([
    ['mnemonic', 'abandon about', 'a recovery phrase has 12 or 24 words, this one has 2'],
    ['mnemonic', `${'abandon '.repeat(11)}abouu`, 'word 12 is not in the word list; did you mean “about”?'],
    ['mnemonic', 'abandon '.repeat(12), 'the words are all known, but one is wrong or out of place'],
    ['nsec', nostr.nsec.replace('vl', 'lv'), 'not an nsec: 63 lower-case characters that begin with nsec1'],
  ])('says what is wrong with a %s and does not repeat it', async (name, secret, message) => {
    const { code, out, err } = await kez(['identity', 'show', `--${name}`, '-'], { stdin: secret })
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `kez: --${name}: ${message}\n` })
    expect(err).not.toContain(secret)
  })

  it('says what is wrong with a seed', async () => {
    const { code, err } = await kez(['identity', 'show', '--ed25519-seed', '-'], { stdin: 'abc' })
    expect({ code, err }).toEqual({ code: 2, err: 'kez: an ed25519 seed is 64 hex digits\n' })
  })

  it.each([
    ['there is no such file', (folder: string) => join(folder, 'none')],
    ['it is a folder', (folder: string) => folder],
  ])('says that %s, and ends with 4', async (why, pathIn) => {
    const path = pathIn(newFolder())
    expect(await kez(['identity', 'show', '--nsec-file', path])).toEqual({
      code: 4,
      out: '',
      err: `kez: ${path} cannot be read: ${why}\n`,
    })
  })

  it('refuses a key file of any size it does not need', async () => {
    const path = privateFile('a'.repeat(5000))
    const { code, err } = await kez(['identity', 'show', '--mnemonic-file', path])
    expect({ code, err }).toEqual({ code: 2, err: `kez: ${path} is longer than 4096 bytes\n` })
  })
})
