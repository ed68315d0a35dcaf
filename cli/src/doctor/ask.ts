import { type IncomingMessage, request as insecureRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { rootCertificates } from 'node:tls'

/** The server that is looked at. */
export type Target = {
  readonly url: URL
  /** More authorities that may sign its certificate, PEM. */
  readonly ca: string | undefined
}

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** How often a header came that may come once. */
  readonly times: (header: string) => number
  readonly text: string
  /** When it was asked and when the head of the answer was there, unix ms by this machine's clock. */
  readonly askedAt: number
  readonly answeredAt: number
  readonly remoteAddress: string | undefined
}

export type Question = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly maxBytes?: number
  /** Milliseconds for everything. */
  readonly within?: number
}

export const patience = 10_000
const enough = 256 * 1024

class AskError extends Error {
  readonly code: string
  constructor(code: 'TIMEOUT' | 'TOO_LARGE') {
    super(code)
    this.code = code
  }
}

export const timedOut = (): Error => new AskError('TIMEOUT')

/** Who signs the certificate is judged apart, so that one look names everything that is wrong. Nothing secret is sent. */
export const tlsOptions = ({ ca, url }: Target) => ({
  rejectUnauthorized: false,
  ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  ...(url.protocol === 'https:' ? { ALPNProtocols: ['http/1.1'] } : {}),
})

/** A request on a connection of its own that follows nowhere. */
export const requestTo = (target: Target, path: string, options: RequestOptions) => {
  const url = new URL(path, target.url)
  const common = { agent: false as const, ...options }
  return url.protocol === 'https:'
    ? secureRequest(url, { ...common, ...tlsOptions(target) })
    : insecureRequest(url, common)
}

const readAll = async (response: IncomingMessage, maxBytes: number): Promise<string> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response) {
    parts.push(part)
    size += part.length
    if (size > maxBytes) throw new AskError('TOO_LARGE')
  }
  return Buffer.concat(parts).toString('utf8')
}

const flat = (headers: IncomingMessage['headers']): Answer['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )

/** Asks once, within limits of time and size. @throws where no answer came */
export const ask = (target: Target, path: string, question: Question = {}): Promise<Answer> => {
  const { method = 'GET', headers = {}, body, maxBytes = enough, within = patience } = question
  return new Promise((resolve, reject) => {
    const askedAt = Date.now()
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = requestTo(target, path, { method, headers: { 'user-agent': 'kez doctor', ...headers, ...length } })
    const late = setTimeout(() => request.destroy(timedOut()), within)
    const settle = (finish: () => void): void => {
      clearTimeout(late)
      finish()
      request.destroy()
    }
    // After the answer, what is left of the request is nobody's concern: a proxy that takes no body closes early.
    request.on('error', (error) => settle(() => reject(error)))
    request.on('response', (response) => {
      const answeredAt = Date.now()
      const { remoteAddress } = response.socket
      readAll(response, maxBytes).then(
        (text) =>
          settle(() =>
            resolve({
              status: response.statusCode ?? 0,
              headers: flat(response.headers),
              times: (name) =>
                response.rawHeaders.filter((entry, i) => i % 2 === 0 && entry.toLowerCase() === name).length,
              text,
              askedAt,
              answeredAt,
              remoteAddress,
            }),
          ),
        (error: unknown) => settle(() => reject(error)),
      )
    })
    request.end(body)
  })
}

/** An answer's JSON; undefined where it is none. */
export const jsonOf = ({ text }: Answer): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands at an address, for people: `HTTP 502` and the like. */
export const describe = ({ status, headers }: Answer): string => {
  const type = headers['content-type']?.split(';', 1)[0]
  return `HTTP ${status}${type === undefined ? '' : ` with ${type}`}`
}
