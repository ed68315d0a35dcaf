import type { z } from 'zod'
import type { HttpAnswer } from '../http/http-get.ts'
import { ProofFailure } from '../result.ts'

/**
 * The body of an answer as the service is known to write it.
 * @throws ProofFailure `unreachable`: what answers is not the service
 */
export const readJson = <T>(answer: HttpAnswer, schema: z.ZodType<T>): T => {
  const { host } = new URL(answer.url)
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(answer.body)))
  } catch (cause) {
    throw new ProofFailure('unreachable', `${host} answers something unexpected`, { cause })
  }
}
