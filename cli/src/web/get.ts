import { Agent, type IncomingMessage, get as insecureGet } from 'node:http'
import { Agent as SecureAgent, get as secureGet } from 'node:https'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { CliError, EXIT } from '../errors.ts'
import type { Headers } from './visitors.ts'

const patience = 30_000
const agents = {
  'http:': new Agent({ keepAlive: true, maxSockets: 6 }),
  'https:': new SecureAgent({ keepAlive: true, maxSockets: 6 }),
}

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

const unreachable = (url: URL, cause: unknown): CliError =>
  new CliError(EXIT.network, 'unreachable', `${url.origin} did not answer for ${url.pathname}`, { cause })

/** An answer as it was before it was packed for the way. */
export const unpacked = (response: IncomingMessage): Readable => {
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding === 'gzip') return response.pipe(createGunzip())
  if (encoding === 'deflate') return response.pipe(createInflate())
  if (encoding === 'br') return response.pipe(createBrotliDecompress())
  return response
}

const readAll = async (response: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const parts: Buffer[] = []
  let size = 0
  const source = unpacked(response)
  // Where the way breaks off, what unpacks would wait for ever.
  response.on('error', (error) => source.destroy(error))
  for await (const part of source) {
    parts.push(part)
    size += part.length
    if (size > maxBytes) {
      response.destroy()
      break
    }
  }
  return Buffer.concat(parts)
}

/**
 * Asks with exactly these headers, which `fetch` would not; follows nowhere. A body is read until it is longer than
 * `maxBytes`. @throws {CliError} `unreachable`
 */
export const get = async (url: URL, headers: Headers, maxBytes: number): Promise<Answer> => {
  const secure = url.protocol === 'https:'
  const signal = AbortSignal.timeout(patience)
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { headers: { ...headers }, signal, agent: secure ? agents['https:'] : agents['http:'] }
      const request = secure ? secureGet(url, options, resolve) : insecureGet(url, options, resolve)
      request.on('error', reject)
    })
    return { status: response.statusCode ?? 0, headers: response.headers, body: await readAll(response, maxBytes) }
  } catch (cause) {
    throw unreachable(url, cause)
  }
}
