import { describe, expect, it } from 'vitest'
import { createCommands } from '../src/commands/index.ts'
import { kez, newFolder, start } from './kez.ts'

/** What bash would offer for the words of a command line, the last one unfinished. */
const complete = async (...words: string[]): Promise<string[]> => {
  const { out: script } = await kez(['completion', 'bash'])
  const line = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kez; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { out, err } = await start('bash', ['--norc', '-c', line, 'bash', 'kez', ...words], { cwd: newFolder() })
  expect(err).toBe('')
  return out.split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  it.each([
    [['id'], ['identity']],
    [['identity', 'n'], ['new']],
    [
      ['identity', ''],
      ['new', 'mnemonic', 'from-mnemonic', 'show'],
    ],
    [['identity', 'new', '--w'], ['--words']],
    [
      ['identity', 'new', '--words', ''],
      ['12', '24'],
    ],
    [['completion', 'f'], ['fish']],
    [['identity', 'show', '--nsec-'], ['--nsec-file']],
  ])('offers for %j: %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered)
  })

  it('offers files where a path is asked for', async () => {
    const folder = newFolder()
    const { out: script } = await kez(['completion', 'bash'])
    const line = `${script}\ntouch some-file; COMP_WORDS=(kez identity new --out so); COMP_CWORD=4; _kez; echo "$COMPREPLY"`
    expect((await start('bash', ['--norc', '-c', line], { cwd: folder })).out).toBe('some-file\n')
  })
})

describe.each(['bash', 'zsh', 'fish'])('the script for %s', (shell) => {
  it('names every command and every option', async () => {
    const { code, out } = await kez(['completion', shell])
    expect(code).toBe(0)
    for (const { name, options } of createCommands()) {
      for (const word of name.split(' ')) expect(out).toContain(word)
      for (const option of Object.keys(options)) expect(out).toContain(option)
    }
  })
})
