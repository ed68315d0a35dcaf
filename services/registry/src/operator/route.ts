import { DomainError, errorStatus, problem } from '@kez-chat/contracts'
import { type InternalAnswer, type InternalRoute, isTrusted, type Log } from '@kez-chat/runtime'
import type { z } from 'zod'

const json = (status: number, value: unknown, type = 'application/json'): InternalAnswer => ({
  status,
  type,
  body: `${JSON.stringify(value)}\n`,
})

const refuse = ({ code, message }: DomainError): InternalAnswer =>
  json(errorStatus[code], problem(code, message), 'application/problem+json')

export type OperatorRouteOptions<T extends z.ZodType> = {
  path: string
  wish: T
  /** What to send, for whoever sent something else. */
  usage: string
  /** Undefined where there is none: then client certificates alone open the route. */
  secret: string | undefined
  log: Log
  perform(wish: z.output<T>): Promise<object>
}

/** A route of the internal listener for the operator alone: by the secret, or by a client certificate. */
export const createOperatorRoute = <T extends z.ZodType>(options: OperatorRouteOptions<T>): InternalRoute => {
  const { path, wish, usage, secret, log, perform } = options
  const wishIn = (body: Uint8Array): z.output<T> => {
    try {
      return wish.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
    } catch (cause) {
      throw new DomainError('malformed', usage, { cause })
    }
  }
  return {
    method: 'POST',
    path,
    maxBytes: 1_024,
    handle: async (request) => {
      try {
        if (!isTrusted(request, secret))
          throw new DomainError(
            'forbidden',
            'this needs the operator secret as a Bearer token, or a client certificate',
          )
        return json(200, await perform(wishIn(request.body)))
      } catch (error) {
        if (error instanceof DomainError) return refuse(error)
        log.warn({ err: error, path }, 'a wish of the operator could not be dealt with')
        return refuse(new DomainError('unavailable', 'the log cannot be reached right now; try again soon'))
      }
    },
  }
}
