import { kind, setting } from '@kez-chat/runtime'
import { expect, test } from 'vitest'
import { ArgumentError, parseArguments } from './arguments.ts'

const settings = {
  bind: setting({ env: 'BIND', flag: '--bind', description: 'Where.', schema: kind.bind }),
  proxy: setting({ env: 'PROXY', flag: '--proxy', description: 'Whether.', schema: kind.flag }),
}

test.each([
  [[], {}],
  [['--bind', 'localhost:1'], { BIND: 'localhost:1' }],
  [['--bind=[::1]:1'], { BIND: '[::1]:1' }],
  [['--bind=a=b'], { BIND: 'a=b' }],
  [['--proxy'], { PROXY: 'true' }],
  [['--proxy', '--bind', 'x'], { PROXY: 'true', BIND: 'x' }],
  [['--proxy', 'false'], { PROXY: 'false' }],
])('%j means %j', (args, env) => {
  expect(parseArguments(args, settings)).toEqual({ help: false, env })
})

test('--help is seen among others', () => {
  expect(parseArguments(['--proxy', '--help'], settings).help).toBe(true)
})

test.each([
  [['--bnd', 'x'], /no flag --bnd\. Did you mean --bind\?/],
  [['--zzzzzzzz'], /^There is no flag --zzzzzzzz\. npm start/],
  [['bind'], /"bind" belongs to no flag\. Did you mean --bind\?/],
  [['--bind'], /--bind needs a value: Where\./],
  [['--bind', '--proxy'], /--bind needs a value/],
])('%j is refused with what would do', (args, message) => {
  expect(() => parseArguments(args, settings)).toThrow(ArgumentError)
  expect(() => parseArguments(args, settings)).toThrow(message)
})
