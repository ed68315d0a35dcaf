import { Problem } from '@kez-chat/contracts'
import type { Call, Options } from '../command.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { addressesIn, dataFolderOf } from '../operators/data-folder.ts'

/** Where `npm start` serves metrics and probes. */
const defaultInternal = 'http://127.0.0.1:6970'
const answersWithin = 30_000
const maxAnswerBytes = 256 * 1024

export const internalOption = (whose: string): Options => ({
  internal: {
    value: 'url',
    about: `the internal listener of the ${whose}; KEZ_INTERNAL_URL or ${defaultInternal} when left out`,
  },
})

const internalUrl = (call: Call): string => {
  const { option, session } = call
  const text =
    option('internal') ?? session.env.KEZ_INTERNAL_URL ?? addressesIn(dataFolderOf(call))?.internal ?? defaultInternal
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw usageError(`--internal is an address like ${defaultInternal}`)
  return url.origin
}

/** Puts a question to an internal listener. `read` returns undefined for what is no answer. @throws CliError */
export const askInternal = async <T>(
  call: Call,
  path: string,
  body: object,
  read: (answer: unknown) => T | undefined,
  secret?: string,
): Promise<T> => {
  const origin = internalUrl(call)
  const answer = await post(origin + path, body, secret).catch((cause: unknown) => {
    throw new CliError(EXIT.network, 'unreachable', `the internal listener at ${origin} was not reached`, {
      cause,
      hint: 'Run this on the server itself, or name its KEZ_INTERNAL_BIND with --internal.',
    })
  })
  const result = read(answer)
  if (result !== undefined) return result
  const problem = Problem.safeParse(answer)
  if (problem.success) throw new CliError(EXIT.refused, problem.data.code, `the server says: ${problem.data.detail}`)
  throw new CliError(EXIT.network, 'unexpected_response', 'what answers there is no internal listener of kez-chat')
}

const post = async (url: string, body: object, secret: string | undefined): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(answersWithin),
  })
  return JSON.parse((await response.text()).slice(0, maxAnswerBytes))
}
