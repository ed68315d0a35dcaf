import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Options } from '../command.ts'
import { CliError } from '../errors.ts'
import { nearest } from './nearest.ts'
import { parseOptions } from './parse-options.ts'

const options: Options = {
  out: { value: 'path', about: '' },
  words: { value: 'number', choices: ['12', '24'], about: '' },
  json: { about: '' },
}

describe('options', () => {
  it('may stand anywhere, with = or a space, and end at --', () => {
    const { args, values, switches } = parseOptions(
      ['a', '--out=-x', 'b', '--words', '12', '--json', '--', '--out'],
      options,
    )
    expect({ args, values: [...values], switches: [...switches] }).toEqual({
      args: ['a', 'b', '--out'],
      values: [
        ['out', '-x'],
        ['words', '12'],
      ],
      switches: ['json'],
    })
  })

  it('take - as a value, for standard input', () => {
    expect(parseOptions(['--out', '-'], options).values.get('out')).toBe('-')
  })

  it('are read or refused with an error for people, whatever is typed, and values are never repeated in it', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '--out',
        '--out=',
        '--words',
        '--words=12',
        '--json',
        '--json=1',
        '--',
        '-',
        '-h',
        '-x',
        '--__proto__',
      ),
      fc.string(),
      fc.constant('the secret words'),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        try {
          parseOptions(argv, options)
        } catch (error) {
          expect(error).toBeInstanceOf(CliError)
          expect(String(error)).not.toContain('the secret words')
        }
      }),
    )
  })
})

describe('the nearest word', () => {
  const words = ['identity', 'claim', 'verify', 'sigchain', 'add']
  it.each([
    ['identiy', 'identity'],
    ['idnetity', 'identity'],
    ['verfy', 'verify'],
    ['ident', 'identity'],
    ['sig', 'sigchain'],
    ['ad', 'add'],
    ['dab', undefined],
    ['', undefined],
    ['x'.repeat(1000), undefined],
    ['wibble', undefined],
  ])('to %s is %s', (typed, word) => {
    expect(nearest(typed, words)).toBe(word)
  })
})
