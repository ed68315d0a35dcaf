import { ApiError, NetworkError, UnexpectedResponse } from '@kez-chat/client'
import { IdentityError } from '@kez-chat/identity'
import { CliError, EXIT } from './errors.ts'
import type { Paint } from './output/paint.ts'
import { printable } from './output/printable.ts'

/** Every error as one the command line ends with. */
export const toCliError = (error: unknown): CliError => {
  if (error instanceof CliError) return error
  if (error instanceof IdentityError) return new CliError(EXIT.usage, error.code, error.message, { cause: error })
  if (error instanceof ApiError) {
    const wait = error.retryAfter === undefined ? {} : { hint: `Try again in ${error.retryAfter} seconds.` }
    return new CliError(EXIT.refused, error.code, `the server says: ${error.message}`, { cause: error, ...wait })
  }
  if (error instanceof NetworkError) return new CliError(EXIT.network, 'unreachable', error.message, { cause: error })
  if (error instanceof UnexpectedResponse)
    return new CliError(EXIT.network, 'unexpected_response', error.message, { cause: error })
  const what = error instanceof Error ? error.message : String(error)
  return new CliError(EXIT.fault, 'fault', `something went wrong inside kez: ${what}`, { cause: error })
}

/** The error as it goes to standard error. */
export const formatError = ({ code, message, hint }: CliError, json: boolean, paint: Paint): string => {
  if (json) return `${JSON.stringify({ error: { code, message, ...(hint === undefined ? {} : { hint }) } })}\n`
  const lines = [`${paint.bad('kez:')} ${printable(message)}`, ...(hint === undefined ? [] : [printable(hint)])]
  return lines.map((line) => `${line}\n`).join('')
}
