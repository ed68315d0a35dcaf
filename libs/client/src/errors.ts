import type { ChainHead, ErrorCode } from '@kez-chat/contracts'

/** The server refused: `code` is stable (protocol §2), `message` is its explanation. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly status: number
  /** Seconds to wait before trying again, when the server said so. */
  readonly retryAfter: number | undefined
  /** Of a `chain_conflict`: where the sigchain stands, to build the event anew. */
  readonly head: ChainHead | undefined

  constructor(code: ErrorCode, status: number, detail: string, retryAfter?: number, head?: ChainHead) {
    super(detail)
    this.code = code
    this.status = status
    this.retryAfter = retryAfter
    this.head = head
  }
}

/** No answer: offline, refused, cut off or timed out. Whether the server acted is unknown. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** An answer that is no kez-chat answer: a proxy's error page, another program, a broken server. */
export class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse'
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}
