import { z } from 'zod'
import { ChainHead } from './chains.ts'

/**
 * Every error a person or a program can meet, and the HTTP status it travels with (protocol §2).
 * The code is the API: texts may change, codes do not.
 */
export const errorStatus = {
  malformed: 400,
  unknown_version: 400,
  wrong_type: 400,
  invalid_signature: 401,
  stale_auth: 401,
  unauthorized: 401,
  forbidden: 403,
  handle_barred: 403,
  invite_required: 403,
  invite_invalid: 403,
  invite_expired: 403,
  invite_used_up: 403,
  invite_revoked: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  handle_taken: 409,
  primary_taken: 409,
  chain_conflict: 409,
  conflict: 409,
  invite_limit: 409,
  cursor_reset: 410,
  identity_ended: 410,
  too_large: 413,
  unsupported_media_type: 415,
  handle_invalid: 422,
  handle_reserved: 422,
  wrong_server: 422,
  stale_timestamp: 422,
  key_mismatch: 422,
  unsupported_algorithm: 422,
  weak_key: 422,
  invalid: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
  mailbox_full: 507,
} as const

export type ErrorCode = keyof typeof errorStatus

export const ErrorCode = z.enum(Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]])

/** A refusal with a stable code. Thrown by domain code; turned into problem+json by the gateway, into a reply on the bus. */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfter: number | undefined
  /** Of a `chain_conflict`: where the chain stands now. */
  readonly head: ChainHead | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfter?: number; head?: ChainHead | undefined },
  ) {
    super(message, options)
    this.name = 'DomainError'
    this.code = code
    this.retryAfter = options?.retryAfter
    this.head = options?.head
  }
}

/** RFC 9457 problem details as this server sends them; `code` is the stable part. */
export const Problem = z.object({
  type: z.string().describe('`urn:kez-chat:problem:<code>`'),
  title: z.string(),
  status: z.int(),
  code: ErrorCode,
  detail: z.string(),
  instance: z.string().optional(),
  head: ChainHead.optional().describe('Of a `chain_conflict`: where the chain stands now'),
})
export type Problem = z.infer<typeof Problem>

/** Builds the problem document for an error code. */
export const problem = (code: ErrorCode, detail: string, head?: ChainHead): Problem => ({
  type: `urn:kez-chat:problem:${code}`,
  title: code.replaceAll('_', ' '),
  status: errorStatus[code],
  code,
  detail,
  ...(head === undefined ? {} : { head }),
})
