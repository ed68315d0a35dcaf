import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFile, makeFile, replaceFile } from './durable-files.ts'

let folder: string
const at = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kez-files-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a file', () => {
  it('that is new is for its owner alone, and never replaces one', async () => {
    await createFile(at('new'), 'one')
    expect(text('new')).toBe('one')
    expect(statSync(at('new')).mode & 0o777).toBe(0o600)
    await expect(createFile(at('new'), 'two')).rejects.toMatchObject({ code: 'EEXIST' })
    expect(text('new')).toBe('one')
  })

  it('is replaced as a whole, and loses the rights that others had', async () => {
    writeFileSync(at('old'), 'one', { mode: 0o644 })
    await replaceFile(at('old'), Uint8Array.of(0x74, 0x77, 0x6f))
    expect(text('old')).toBe('two')
    expect(statSync(at('old')).mode & 0o777).toBe(0o600)
  })

  it('is made once, however many make it at the same moment', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => makeFile(at('made'), `by ${n}`)))
    const made = text('made')
    expect(made).toMatch(/^by \d$/)
    await makeFile(at('made'), 'later')
    expect(text('made')).toBe(made)
  })

  it('that cannot be put in its place leaves no draft', async () => {
    const before = readdirSync(folder)
    await expect(replaceFile(at('none/there'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(replaceFile(folder, 'x')).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(before)
  })
})
