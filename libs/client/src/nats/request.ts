import { ErrorCode, errorStatus } from '@kez-chat/contracts'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { ApiError, NetworkError, UnexpectedResponse } from '../errors.ts'
import type { AnswerSchema } from '../http.ts'

const Reply = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({ code: ErrorCode, message: z.string(), retry_after: z.number().optional() }),
  }),
])

const maxReplyBytes = 64 * 1024

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * One request to the home server over NATS.
 * @param timeout ms
 * @throws ApiError its refusal; NetworkError no answer in time; UnexpectedResponse an answer that is none of ours
 */
export const askServer = async <T>(
  nc: NatsConnection,
  subject: string,
  payload: unknown,
  schema: AnswerSchema<T>,
  timeout: number,
): Promise<T> => {
  const message = await nc.request(subject, JSON.stringify(payload), { timeout }).catch((cause: unknown) => {
    throw new NetworkError('the server did not answer', { cause })
  })
  const reply = Reply.safeParse(message.data.length > maxReplyBytes ? undefined : parse(message.string()))
  if (!reply.success) throw new UnexpectedResponse(0, 'the answer is not one of a kez-chat server')
  if (!reply.data.ok) {
    const { code, message: detail, retry_after: retryAfter } = reply.data.error
    throw new ApiError(code, errorStatus[code], detail, retryAfter)
  }
  const result = schema.safeParse(reply.data.result)
  if (!result.success) throw new UnexpectedResponse(0, 'the answer has another shape than expected')
  return result.data
}
