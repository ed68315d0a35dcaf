import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, errorStatus, problem } from '@kez-chat/contracts'

const answers: Readonly<Record<string, { code: ErrorCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'the address or the headers are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'timeout', detail: 'the request did not arrive in time' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { code: 'too_large', detail: 'the chunk extensions are too long' },
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
}

/** Answers what is not even HTTP, before there is a request. */
export const answerClientError = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const { code, detail } = answers[error.code ?? ''] ?? { code: 'malformed', detail: 'this is not an HTTP request' }
  const status = errorStatus[code]
  const body = JSON.stringify(problem(code, detail))
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** `Expect:` with anything but `100-continue`. */
export const answerExpectation = (_: IncomingMessage, response: ServerResponse): void => {
  const body = JSON.stringify(problem('malformed', 'the Expect header is not understood'))
  response
    .writeHead(errorStatus.malformed, {
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body)
}
