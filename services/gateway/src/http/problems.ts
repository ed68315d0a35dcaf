import { DomainError, type ErrorCode, errorStatus, problem } from '@kez-chat/contracts'
import type { Log } from '@kez-chat/runtime'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

import { refusalOf as domainRefusal } from '../refusal.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The code for a body of the wrong shape where the protocol names another one than `malformed`. */
    wrongShape?: ErrorCode
  }
}

/** Fastify's own refusals, by its codes; what is not here is judged by its status. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed',
  FST_ERR_BAD_URL: 'malformed',
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
}

const explain = ({ validation, validationContext }: FastifyError): string => {
  const [first] = validation ?? []
  const where = first?.instancePath.replace(/^\//, '').replaceAll('/', '.')
  return `${validationContext ?? 'request'}${where ? ` ${where}` : ''}: ${first?.message ?? 'not valid'}`
}

/** What went wrong, as the refusal that the caller gets; undefined when it is our own fault. */
const refusalOf = (error: FastifyError, request: FastifyRequest): DomainError | undefined => {
  const refusal = domainRefusal(error)
  if (refusal) return refusal
  if (error.validation) {
    const inBody = error.validationContext === 'body' && request.body !== undefined
    return new DomainError((inBody ? request.routeOptions.config.wrongShape : undefined) ?? 'malformed', explain(error))
  }
  const code = frameworkCodes[error.code] ?? codeOfStatus[error.statusCode ?? 500]
  return code === undefined ? undefined : new DomainError(code, error.message)
}

export const sendProblem = (
  reply: FastifyReply,
  code: ErrorCode,
  detail: string,
  { retryAfter, head }: Pick<Partial<DomainError>, 'retryAfter' | 'head'> = {},
): FastifyReply => {
  if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))))
  return reply
    .code(errorStatus[code])
    .type('application/problem+json')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem(code, detail, head))
}

/** Every failure becomes problem+json with a stable code; only our own faults are logged, and they tell nothing. */
export const createErrorHandler =
  (log: Log) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalOf(error, request)
    if (refusal) return sendProblem(reply, refusal.code, refusal.message, refusal)
    log.error({ err: error, route: request.routeOptions.url }, 'a request failed unexpectedly')
    return sendProblem(reply, 'internal', 'something went wrong on the server; it has been logged')
  }
