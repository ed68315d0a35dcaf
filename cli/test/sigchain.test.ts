import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { activeSubjects, parseProof, validateChain } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { kez, kezPath, modeOf, newFolder, privateFile, start } from './kez.ts'
import { longPhrase, nostr, shortPhrase } from './people.ts'

const { primary } = longPhrase
const now = Date.parse('2026-05-25T03:00:00Z')

/** A person with a home folder of their own. */
const newHome = () => {
  const home = join(newFolder(), 'kez home')
  const env = { KEZ_HOME: home }
  const as =
    (person: { phrase: string }) =>
    (args: readonly string[], at = now) =>
      kez(['sigchain', ...args, '--mnemonic', '-'], { env, stdin: person.phrase, now: at })
  const file = join(home, 'sigchains', `${primary.replace(':', '-')}.jsonl`)
  return {
    home,
    env,
    file,
    sign: as(longPhrase),
    show: (args: readonly string[] = []) => kez(['sigchain', 'show', ...args], { env }),
  }
}

const chainIn = async (text: string) => {
  const proof = await parseProof(text)
  return validateChain(proof.kind === 'chain' ? proof.events : [])
}

describe('kez sigchain add and revoke', () => {
  it('keep a chain that anybody can validate, in a file that only its owner can read', async () => {
    const { home, file, sign } = newHome()
    const added = await sign(['add', 'GitHub:Alice', '--json'])
    expect({ code: added.code, err: added.err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(added.out)).toMatchObject({ primary, seq: 0, file })
    expect((await sign(['add', 'dns:example.org'])).code).toBe(0)
    expect((await sign(['revoke', 'github:alice', '--reason', 'account closed'])).code).toBe(0)
    const chain = await chainIn(readFileSync(file, 'utf8'))
    expect(activeSubjects(chain)).toEqual(['dns:example.org'])
    expect(chain.subjects.get('github:alice')).toMatchObject({ status: 'revoked', reason: 'account closed' })
    expect([modeOf(file), modeOf(join(home, 'sigchains')), modeOf(home)]).toEqual(['600', '700', '700'])
    expect(readdirSync(join(home, 'sigchains'))).toHaveLength(1)
  })

  it('put a claim into the event, when it is of the same key and subject', async () => {
    const { env, file, sign } = newHome()
    const claim = await kez(['claim', 'create', 'github:alice', '--mnemonic', '-'], { stdin: longPhrase.phrase, now })
    const path = privateFile(claim.out)
    expect((await sign(['add', 'github:alice', '--claim', path])).code).toBe(0)
    expect((await chainIn(readFileSync(file, 'utf8'))).subjects.get('github:alice')?.claim).toMatchObject({ primary })
    expect(await sign(['add', 'dns:example.org', '--claim', path])).toEqual({
      code: 2,
      out: '',
      err: 'kez: the claim is about another subject\n',
    })
    const other = await kez(['sigchain', 'add', 'github:alice', '--claim', path, '--mnemonic', '-'], {
      env,
      stdin: shortPhrase.phrase,
      now,
    })
    expect(other).toEqual({ code: 2, out: '', err: "kez: the claim is by another key than the chain's\n" })
    expect(await sign(['add', 'github:alice', '--claim', file])).toEqual({
      code: 2,
      out: '',
      err: `kez: ${file} holds a sigchain, not a claim\n`,
    })
  })

  it('refuse to take back what was never said', async () => {
    const { sign } = newHome()
    expect(await sign(['revoke', 'github:alice'])).toEqual({
      code: 1,
      out: '',
      err: 'kez: github:alice is not among what this sigchain says\n',
    })
  })

  it('keep working when the clock was set back', async () => {
    const { sign } = newHome()
    await sign(['add', 'github:alice'], now + 3_600_000)
    expect((await sign(['add', 'dns:example.org'], now)).code).toBe(0)
  })

  it('lose nothing when several run at once', async () => {
    const { env, file } = newHome()
    const key = privateFile(longPhrase.phrase)
    const subjects = ['github:a', 'github:b', 'github:c', 'github:d', 'github:e']
    const runs = subjects.map((subject) =>
      start(kezPath, ['sigchain', 'add', subject, '--mnemonic-file', key], { env }),
    )
    for (const { code, err } of await Promise.all(runs)) expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(activeSubjects(await chainIn(readFileSync(file, 'utf8'))).toSorted()).toEqual(subjects)
  })

  it('go on after a kez that was killed while it held the lock', async () => {
    const { file, sign } = newHome()
    await sign(['add', 'github:alice'])
    const gone = await start('sh', ['-c', 'echo $$'])
    writeFileSync(`${file}.lock`, gone.out)
    expect((await sign(['add', 'dns:example.org'])).code).toBe(0)
  })

  it('end the identity itself only when told so twice, and then for ever', async () => {
    const { sign, show } = newHome()
    expect(await sign(['revoke', primary])).toEqual({
      code: 2,
      out: '',
      err: 'kez: this would end the identity itself, for ever\nIf you mean it, add --end-identity.\n',
    })
    expect((await sign(['revoke', primary, '--end-identity'])).code).toBe(0)
    expect((await show()).out).toContain('status    revoked, for ever\n')
    expect(await sign(['add', 'github:alice'])).toEqual({ code: 1, out: '', err: `kez: ${primary} has ended itself\n` })
  })
})

describe('kez sigchain rotate', () => {
  it('hands over to a new key, and the old one signs nothing more', async () => {
    const { sign, show } = newHome()
    await sign(['add', 'github:alice'])
    const newKey = ['--new-mnemonic-file', privateFile(shortPhrase.phrase)]
    expect((await sign(['rotate', ...newKey])).code).toBe(0)
    expect(JSON.parse((await show(['--json'])).out)).toMatchObject({
      status: 'rotated',
      rotated_to: shortPhrase.primary,
    })
    expect(await sign(['rotate', ...newKey])).toEqual({
      code: 1,
      out: '',
      err: `kez: ${primary} was rotated to ${shortPhrase.primary}; sign with the new key\n`,
    })
  })

  it('needs two keys that differ, at most one of them from standard input', async () => {
    const { sign } = newHome()
    expect(await sign(['rotate'])).toEqual({
      code: 2,
      out: '',
      err: 'kez: this needs the key of the new identity\nGive it with --new-mnemonic-file, --new-ed25519-seed-file or --new-nsec-file.\n',
    })
    expect(await sign(['rotate', '--new-nsec', '-'])).toEqual({
      code: 2,
      out: '',
      err: 'kez: only one of the two keys can come on standard input\n',
    })
    const same = await sign(['rotate', '--new-mnemonic-file', privateFile(longPhrase.phrase)])
    expect(same).toEqual({ code: 2, out: '', err: 'kez: a key cannot be rotated to itself\n' })
  })
})

describe('kez sigchain show and export', () => {
  it('tell people and machines what the chain says', async () => {
    const { env, sign, show } = newHome()
    await sign(['add', 'github:alice'])
    await sign(['add', 'dns:example.org'])
    await sign(['revoke', 'github:alice', '--reason', 'closed'])
    const { head, ...rest } = JSON.parse((await show(['--json'])).out)
    const since = '2026-05-25T03:00:00.000Z'
    expect(rest).toEqual({
      primary,
      status: 'active',
      length: 3,
      subjects: [
        { subject: 'github:alice', status: 'revoked', seq: 2, since, reason: 'closed' },
        { subject: 'dns:example.org', status: 'active', seq: 1, since },
      ],
    })
    expect((await show()).out).toBe(
      [
        `identity  ${primary}`,
        'status    active',
        `events    3, the last one ${head}`,
        '',
        'subject          status   since                     note',
        `github:alice     revoked  ${since}  closed`,
        `dns:example.org  active   ${since}  `,
        '',
      ].join('\n'),
    )
    expect((await kez(['sigchain', 'show'], { env, colour: true })).out).toContain(
      `${String.fromCharCode(27)}[32mactive`,
    )
  })

  it.each(['jsonl', 'compact'])('write the chain as %s, to the same end', async (format) => {
    const { env, sign } = newHome()
    await sign(['add', 'github:alice'])
    const shown = await kez(['sigchain', 'export', '--format', format], { env })
    expect(activeSubjects(await chainIn(shown.out))).toEqual(['github:alice'])
    const out = join(newFolder(), 'chain')
    const written = await kez(['sigchain', 'export', primary, '--format', format, '--out', out, '--json'], { env })
    expect(JSON.parse(written.out)).toEqual({ primary, format, out })
    expect(readFileSync(out, 'utf8')).toBe(shown.out)
  })

  it('ask which chain is meant when there are several or none', async () => {
    const { env, sign, show } = newHome()
    expect(await show()).toEqual({
      code: 2,
      out: '',
      err: 'kez: there is no sigchain here yet\nBegin one with "kez sigchain add".\n',
    })
    await sign(['add', 'github:alice'])
    await kez(['sigchain', 'add', 'github:alice', '--nsec', '-'], { env, stdin: nostr.nsec, now })
    expect(await show()).toEqual({
      code: 2,
      out: '',
      err: `kez: there are 2 sigchains here\nName one: ${primary}, ${nostr.primary}\n`,
    })
    expect(JSON.parse((await show([nostr.primary, '--json'])).out)).toMatchObject({ primary: nostr.primary, length: 1 })
    const none = `kez: there is no sigchain of ${shortPhrase.primary} here\n`
    expect(await show([shortPhrase.primary])).toEqual({ code: 1, out: '', err: none })
    expect(await kez(['sigchain', 'export', shortPhrase.primary], { env })).toEqual({ code: 1, out: '', err: none })
  })

  it('refuse a damaged chain, name the file, and never write over it', async () => {
    const { file, sign, show } = newHome()
    await sign(['add', 'github:alice'])
    const damaged = readFileSync(file, 'utf8').replace('github:alice', 'github:mallory')
    writeFileSync(file, damaged)
    const err = `kez: ${file} is damaged: event 0: the signature does not match\n`
    expect(await show()).toEqual({ code: 4, out: '', err })
    expect(await sign(['add', 'dns:example.org'])).toEqual({ code: 4, out: '', err })
    expect(readFileSync(file, 'utf8')).toBe(damaged)
  })
})
