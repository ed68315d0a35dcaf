import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { AddressRefused } from '@kez-chat/outbound'
import type { Connections } from './connections.ts'
import type { Answer } from './outcome.ts'

/** For connecting, sending and the whole answer. */
const answersWithin = 10_000
const maxAnswerBytes = 4_096

export type PushRequest = {
  endpoint: string
  authorisation: string
  /** Seconds for which the push service keeps it. */
  ttl: number
  /** Of two pushes with one topic that wait for a browser, only the later is kept. */
  topic: string
}

const read = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length > maxAnswerBytes) {
        // What is left is not worth reading, nor is the connection worth keeping.
        response.destroy()
        resolve(text.slice(0, maxAnswerBytes))
      }
    })
    response.on('end', () => resolve(text))
    response.on('error', reject)
    response.on('close', () => reject(new Error('cut off')))
  })

/**
 * Sends one empty push (RFC 8030): no body, no name, no count. Redirects are not followed. Never throws: what went wrong
 * is an answer of its own.
 */
export const createPost = (connections: Connections, timeout = answersWithin) => {
  const exchange = (options: RequestOptions, plain: boolean): Promise<Answer> =>
    new Promise((resolve) => {
      const give = (answer: Answer): void => {
        clearTimeout(timer)
        resolve(answer)
      }
      const request = (plain ? httpRequest : httpsRequest)(options, (response) => {
        const { statusCode: status = 0, headers } = response
        const retryAfter = headers['retry-after']
        if (status >= 200 && status < 300) {
          // What it says beside that is of no interest, and the connection is free once it has come.
          response.on('error', () => undefined).resume()
          return give({ kind: 'answer', status, retryAfter, body: '' })
        }
        read(response).then(
          (body) => give({ kind: 'answer', status, retryAfter, body }),
          // The status has come, and it is what counts.
          () => give({ kind: 'answer', status, retryAfter, body: '' }),
        )
      })
      const timer = setTimeout(() => {
        give({ kind: 'none', why: 'no_answer' })
        request.destroy()
      }, timeout)
      request.on('error', (error) => {
        const refused = error instanceof AddressRefused && error.reason === 'not_public'
        give({ kind: 'none', why: refused ? 'not_allowed' : 'unreachable' })
      })
      request.end()
    })

  return async ({ endpoint, authorisation, ttl, topic }: PushRequest): Promise<Answer> => {
    const url = new URL(endpoint)
    try {
      const { host, port, plain, agent } = connections.placeOf(url)
      // In this form they are written as they stand.
      const headers = ['host', url.host, 'authorization', authorisation, 'ttl', String(ttl), 'urgency', 'high']
      headers.push('topic', topic, 'content-length', '0')
      const path = url.pathname + url.search
      return await exchange({ method: 'POST', host, port, path, agent, headers, servername: url.hostname }, plain)
    } catch {
      return { kind: 'none', why: 'not_allowed' }
    }
  }
}

export type Post = ReturnType<typeof createPost>
