import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createExportWriter, type ExportRecord } from '@kez-chat/export-file'
import { argon2id } from 'hash-wasm'
import { beforeAll, describe, expect, it } from 'vitest'
import { kez, newFolder, privateFile } from './kez.ts'
import { longPhrase } from './people.ts'

const passphrase = ' four plain grey stones '
const records: ExportRecord[] = [
  { kind: 'about', identity: longPhrase.primary, account: 'alice@kez.test', created_at: '2026-03-29T12:00:00Z' },
  { kind: 'identity', primary: longPhrase.primary, seed: longPhrase.seed, phrase: longPhrase.phrase },
  { kind: 'conversation', peer: 'ed25519:ab' },
  { kind: 'message', with: 'ed25519:ab', id: '1', at: 1, own: true, body: { type: 'text', text: 'grüße \u001b[2J' } },
]

let file: Uint8Array<ArrayBuffer>
let history: string

beforeAll(async () => {
  const writer = await createExportWriter(passphrase, async (password, salt, { m, t, p }) =>
    Uint8Array.from(
      await argon2id({
        password,
        salt,
        memorySize: m,
        iterations: t,
        parallelism: p,
        hashLength: 32,
        outputType: 'binary',
      }),
    ),
  )
  const frames = records.map((record) => writer.add(record))
  const { bytes, tally } = writer.end()
  file = Uint8Array.from(Buffer.concat([writer.head, ...frames, bytes]))
  history = tally.history.sha256
})

const onDisk = (bytes = file): string => {
  const path = join(newFolder(), 'kez-alice.kez')
  writeFileSync(path, bytes)
  return path
}
const damagedAt = (at: number) => file.map((byte, i) => (i === at ? byte ^ 1 : byte))

describe('kez export inspect', () => {
  it('counts and hashes what is there, and shows no secret and no message', async () => {
    const { code, out, err } = await kez(['export', 'inspect', onDisk(), '--passphrase', '-'], { stdin: passphrase })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`identity       ${longPhrase.primary}\nhandle         alice@kez.test\n`)
    expect(out).toContain(`whole          yes\nrecords        4\n`)
    expect(out).toContain(`messages       1\nhistory        ${history}\n`)
    for (const secret of [longPhrase.seed, longPhrase.phrase, 'grüße']) expect(out).not.toContain(secret)
  })

  it('asks for the passphrase when no option gives it, and says the same to machines', async () => {
    const { code, out } = await kez(['export', 'inspect', onDisk(), '--json'], { stdin: `${passphrase}\n` })
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, whole: true, records: 4, kinds: { message: 1 } })
  })

  it('names what is damaged or cut off, counts the rest, and ends with 1', async () => {
    const given = ['--passphrase-file', privateFile(passphrase)]
    const damaged = await kez(['export', 'inspect', onDisk(damagedAt(600)), ...given])
    expect(damaged.code).toBe(1)
    expect(damaged.out).toMatch(/whole +no\nrecords +3\n[^!]*! record 0 is damaged \(at byte 512\)\n$/)
    const cut = await kez(['export', 'inspect', onDisk(file.subarray(0, -20)), ...given])
    expect(cut.code).toBe(1)
    expect(cut.out).toContain('the file ends before its end')
  })
})

describe('kez export open', () => {
  it('writes each record as a line of JSON, the keys only when they are asked for', async () => {
    const [path, given] = [onDisk(), ['--passphrase-file', privateFile(passphrase)]]
    const shown = await kez(['export', 'open', path, ...given])
    expect({ code: shown.code, err: shown.err }).toEqual({ code: 0, err: '' })
    const [about, identity, ...others] = shown.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([about, ...others]).toEqual([records[0], records[2], records[3]])
    expect(identity).toEqual({ kind: 'identity', primary: longPhrase.primary, withheld: ['phrase', 'seed'] })
    const all = await kez(['export', 'open', path, '--with-keys', '--kind', 'identity', ...given])
    expect(JSON.parse(all.out)).toEqual(records[1])
  })

  it('goes on behind a damaged record, names it on standard error, and ends with 1', async () => {
    const { code, out, err } = await kez(['export', 'open', onDisk(damagedAt(600))], { stdin: passphrase })
    expect({ code, err }).toEqual({ code: 1, err: 'kez: warning: record 0 is damaged (at byte 512)\n' })
    expect(out.trim().split('\n')).toHaveLength(3)
  })
})

describe('a file that does not open', () => {
  it.each([
    ['another passphrase', () => onDisk(), 'another', 1, 'the passphrase does not open the file'],
    ['something else', () => privateFile('notes of mine'), passphrase, 2, 'this is not an export of kez'],
    ['no file', () => join(newFolder(), 'none'), passphrase, 4, 'there is no such file'],
    ['no passphrase', () => onDisk(), '', 2, 'there is no passphrase'],
  ])('is refused, and it is said why: %s', async (_what, path, stdin, code, why) => {
    const ended = await kez(['export', 'open', path()], { stdin })
    expect(ended).toMatchObject({ code, out: '' })
    expect(ended.err).toContain(why)
  })
})
