import { expect, it } from 'vitest'
import { keyChange, keyFileText, readKeyFile, seedsIn } from './key-file.ts'

it('a key goes over to the next one in three steps, each of which may be done again', () => {
  let made = 0
  const make = (): string => `new${++made}`
  const begin = readKeyFile('first\n')
  if (!begin) throw new TypeError('not read')
  const twice = (step: keyof typeof keyChange, from: typeof begin) => keyChange[step](keyChange[step](from, make), make)
  const prepared = twice('prepare', begin)
  expect(keyFileText(prepared)).toBe('first\n# next\nnew1\n')
  const switched = twice('switch', prepared)
  expect(keyFileText(switched)).toBe('new1\n# old\nfirst\n')
  expect(twice('finish', switched)).toEqual({ current: 'new1' })
  // What is not at that step stays.
  expect(twice('switch', begin)).toEqual(begin)
  expect(twice('finish', prepared)).toEqual(prepared)
  expect(twice('prepare', switched)).toEqual(switched)
  for (const file of [begin, prepared, switched]) expect(readKeyFile(keyFileText(file))).toEqual(file)
  expect(seedsIn(switched)).toEqual(['new1', 'first'])
})

it.each(['', '# next\nx\n', 'a\nb\n', 'a\n# new\nb\n', 'a\n# next\n', 'a\n# next\n# old\n', 'a\n# next\nb\nc\n'])(
  '%j is no file of a key',
  (text) => {
    expect(readKeyFile(text)).toBeUndefined()
  },
)
