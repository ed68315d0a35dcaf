import { describe, expect, it } from 'vitest'
import { createCommands } from '../src/commands/index.ts'
import { kez } from './kez.ts'
import { longPhrase } from './people.ts'

describe('wrong use', () => {
  it.each([
    [['idnetity'], 'kez: there is no command "idnetity"\nDid you mean "kez identity"?\n'],
    [['identity', 'nwe'], 'kez: there is no command "identity nwe"\nDid you mean "kez identity new"?\n'],
    [['wibble'], 'kez: there is no command "wibble"\nSee "kez help".\n'],
    [['identity', 'wibble'], 'kez: there is no command "identity wibble"\nSee "kez help".\n'],
    [['--wibble'], 'kez: there is no command "--wibble"\nSee "kez help".\n'],
    [['identity', 'new', '--word', '12'], 'kez: there is no option --word\nDid you mean --words?\n'],
    [['identity', 'new', '--wibble'], 'kez: there is no option --wibble\n'],
    [['identity', 'new', '--words', '13'], 'kez: --words is one of 12, 24\n'],
    [['identity', 'new', '--out'], 'kez: --out needs a value\n'],
    [['identity', 'new', '--out', '--json'], '{"error":{"code":"usage","message":"--out needs a value"}}\n'],
    [['identity', 'new', '--out', 'a', '--out', 'b'], 'kez: --out is given twice\n'],
    [['help', '--help=yes'], 'kez: --help takes no value\n'],
    [['completion'], 'kez: kez completion needs <shell>: bash, zsh or fish\n'],
    [['completion', 'csh'], 'kez: <shell> is one of bash, zsh, fish\n'],
    [
      ['identity', 'new', 'alice'],
      'kez: kez identity new takes no arguments, not 1\nQuote values that have spaces in them.\n',
    ],
  ])('%j says what is wrong and ends with 2', async (args, text) => {
    expect(await kez(args)).toEqual({ code: 2, out: '', err: text })
  })

  it('never repeats the words of a phrase that was not quoted', async () => {
    const words = longPhrase.phrase.split(' ')
    const { code, err } = await kez(['identity', 'show', '--mnemonic', ...words])
    expect(code).toBe(2)
    for (const word of new Set(words)) expect(err).not.toContain(word)
  })

  it('lists the commands of a group on standard error', async () => {
    const { code, out, err } = await kez(['identity'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^Usage: kez identity <command>\n\n {2}identity new /)
  })
})

describe('help', () => {
  it('is what kez alone, --help, -h and help say', async () => {
    const { code, out } = await kez([])
    expect(code).toBe(0)
    expect(out).toContain('Exit codes: 0 done, 1 does not verify or was refused, 2 wrong use, 3 network, 4 files, 70')
    for (const args of [['--help'], ['-h'], ['help']]) expect(await kez(args)).toEqual({ code: 0, out, err: '' })
  })

  it.each(createCommands().map(({ name }) => name))(
    'tells about %s, all its options and an example that fits',
    async (name) => {
      const { code, out } = await kez(['help', ...name.split(' ')])
      const command = createCommands().find((known) => known.name === name)
      expect(code).toBe(0)
      expect(out).toContain(`Usage: kez ${name}`)
      for (const option of Object.keys(command?.options ?? {})) expect(out).toContain(`--${option} `)
      for (const example of command?.examples ?? []) expect(example).toMatch(new RegExp(`\\bkez ${name}\\b`))
      expect(await kez([...name.split(' '), '--help'])).toEqual({ code: 0, out, err: '' })
    },
  )

  it('tells about a group', async () => {
    const { code, out } = await kez(['help', 'identity'])
    expect(code).toBe(0)
    expect(await kez(['identity', '--help'])).toEqual({ code: 0, out, err: '' })
  })

  it('tells the version', async () => {
    expect(await kez(['--version'])).toEqual({ code: 0, out: 'kez 0.1.0\n', err: '' })
  })
})
