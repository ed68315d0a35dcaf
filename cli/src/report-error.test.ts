import { ApiError, NetworkError, UnexpectedResponse } from '@kez-chat/client'
import { IdentityError } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { CliError, EXIT } from './errors.ts'
import { createPaint } from './output/paint.ts'
import { formatError, toCliError } from './report-error.ts'

const plain = createPaint(false)

describe('an error', () => {
  it.each([
    [new IdentityError('malformed', 'not an RFC 3339 time'), 2, 'malformed', 'kez: not an RFC 3339 time\n'],
    [
      new ApiError('handle_taken', 409, 'somebody has it'),
      1,
      'handle_taken',
      'kez: the server says: somebody has it\n',
    ],
    [
      new ApiError('rate_limited', 429, 'too many', 7),
      1,
      'rate_limited',
      'kez: the server says: too many\nTry again in 7 seconds.\n',
    ],
    [new NetworkError('the server was not reached'), 3, 'unreachable', 'kez: the server was not reached\n'],
    [new UnexpectedResponse(200, 'the answer is not JSON'), 3, 'unexpected_response', 'kez: the answer is not JSON\n'],
    [new TypeError('x is undefined'), 70, 'fault', 'kez: something went wrong inside kez: x is undefined\n'],
    ['a string', 70, 'fault', 'kez: something went wrong inside kez: a string\n'],
    [new CliError(EXIT.files, 'busy', 'another kez'), 4, 'busy', 'kez: another kez\n'],
  ] as const)('%s ends with %i', (thrown, exitCode, code, text) => {
    const error = toCliError(thrown)
    expect({ exitCode: error.exitCode, code: error.code }).toEqual({ exitCode, code })
    expect(formatError(error, false, plain)).toBe(text)
  })

  it('cannot steer the terminal with what a server says', () => {
    const error = toCliError(new ApiError('not_found', 404, 'gone\u001b[2J\u0007'))
    expect(formatError(error, false, plain)).toBe('kez: the server says: gone\ufffd[2J\ufffd\n')
  })

  it('is one line of JSON for machines', () => {
    const error = toCliError(new ApiError('rate_limited', 429, 'too\nmany', 7))
    expect(formatError(error, true, plain)).toBe(
      '{"error":{"code":"rate_limited","message":"the server says: too\\nmany","hint":"Try again in 7 seconds."}}\n',
    )
  })
})
