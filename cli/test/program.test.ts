import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { kezPath, newFolder, start } from './kez.ts'
import { shortPhrase } from './people.ts'

it('runs from any folder through links, with spaces in every path', async () => {
  const folder = newFolder('kez cli ')
  const bin = join(folder, 'my bin')
  mkdirSync(bin)
  symlinkSync(kezPath, join(folder, 'first link'))
  symlinkSync('../first link', join(bin, 'kez'))
  expect(await start(join(bin, 'kez'), ['--version'], { cwd: bin })).toEqual({ code: 0, out: 'kez 0.1.0\n', err: '' })
  expect((await start('sh', ['-c', 'kez --version'], { cwd: folder, env: { PATH: `${bin}:/usr/bin:/bin` } })).out).toBe(
    'kez 0.1.0\n',
  )
})

it('reads a secret from a pipe, prints no colour into one, and ends with the code of the command', async () => {
  const shown = await start(kezPath, ['identity', 'show', '--mnemonic', '-'], { stdin: `${shortPhrase.phrase}\n` })
  expect(shown).toEqual({
    code: 0,
    out: `identity  ${shortPhrase.primary}\ngood for  claims, sigchains, handles and chat\n`,
    err: '',
  })
  expect((await start(kezPath, ['identity', 'show', '--mnemonic', '-'], { stdin: 'abc' })).code).toBe(2)
})

it('ends in peace when its reader has seen enough', async () => {
  const { code, err } = await start('sh', ['-c', '"$0" completion bash | head -c 1 >/dev/null', kezPath])
  expect({ code, err }).toEqual({ code: 0, err: '' })
})
