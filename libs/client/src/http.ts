import { backoff, pause } from './backoff.ts'
import { readBounded } from './bounded-read.ts'
import { ApiError, NetworkError, UnexpectedResponse } from './errors.ts'
import { errorOf } from './problem-response.ts'

const maxAnswerBytes = 16 * 1024 * 1024
const longestPause = 5_000

/** What a parser of answers must do: zod schemas fit. */
export type AnswerSchema<T> = {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } }
}

export type HttpOptions = {
  /** Origin of the server, e.g. `https://example.org`. */
  baseUrl: string
  fetch: typeof fetch
  /** For one attempt, ms. */
  timeout: number
  /** How often a call is repeated after the first attempt. */
  retries: number
}

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with query, as it goes on the wire. */
  target: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal | undefined
  /** For one attempt, ms, where it may take longer than others. */
  timeout?: number
  /** A status that is an answer of this call although it is no success. */
  alsoAnswer?: number
}

/**
 * One request and its repeats: every call of this API may be repeated, since the server recognises the same envelope,
 * registration or signature again. Repeats only what may go better the second time.
 * @throws {ApiError | NetworkError | UnexpectedResponse}
 */
export const createHttp = (options: HttpOptions) => {
  const attempt = async (call: Call): Promise<Response> => {
    const timeout = AbortSignal.timeout(call.timeout ?? options.timeout)
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
    const response = await options
      .fetch(options.baseUrl + call.target, {
        method: call.method,
        headers: { accept: 'application/json', ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal,
      })
      .catch((cause: unknown) => {
        throw new NetworkError(timeout.aborted ? 'the server did not answer in time' : 'the server was not reached', {
          cause,
        })
      })
    if (!response.ok && response.status !== call.alsoAnswer) throw await errorOf(response)
    return response
  }

  const answer = async <T>(call: Call, schema: AnswerSchema<T>): Promise<T> => {
    const response = await attempt(call)
    const text = await readBounded(response, maxAnswerBytes)
    const parsed = schema.safeParse(text === '' ? undefined : parseJson(text, response.status))
    if (!parsed.success)
      throw new UnexpectedResponse(response.status, `the answer is not as agreed: ${parsed.error.message}`)
    return parsed.data
  }

  return async <T>(call: Call, schema: AnswerSchema<T>): Promise<T> => {
    for (let tried = 0; ; tried++) {
      try {
        return await answer(call, schema)
      } catch (error) {
        const wait = repeatAfter(error, tried)
        if (tried >= options.retries || wait === undefined || call.signal?.aborted) throw error
        await pause(wait, call.signal)
      }
    }
  }
}

/** Milliseconds until a repeat makes sense, or undefined when it does not. */
const repeatAfter = (error: unknown, tried: number): number | undefined => {
  const jitter = backoff(tried, 400, longestPause)
  if (error instanceof NetworkError) return jitter
  if (error instanceof UnexpectedResponse) return [502, 503, 504].includes(error.status) ? jitter : undefined
  if (!(error instanceof ApiError) || error.code !== 'unavailable') return undefined
  const asked = (error.retryAfter ?? 0) * 1000
  return asked > longestPause ? undefined : asked + jitter
}

const parseJson = (text: string, status: number): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UnexpectedResponse(status, 'the answer is not JSON', { cause })
  }
}
