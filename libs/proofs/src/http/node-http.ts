import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { AddressRefused, checkedAddresses, pinned, resolveWith } from '@kez-chat/outbound'
import { ProofFailure } from '../result.ts'
import {
  counterpartOf,
  type GetOptions,
  type HttpAnswer,
  type HttpGet,
  type HttpSettings,
  isRedirect,
  MAX_ANSWER_BYTES,
  MAX_REDIRECTS,
  USER_AGENT,
} from './http-get.ts'

const tooLarge = (host: string): ProofFailure =>
  new ProofFailure('malformed', `the answer of ${host} is larger than ${MAX_ANSWER_BYTES} bytes`)

const readBody = async (message: IncomingMessage, host: string): Promise<Uint8Array<ArrayBuffer>> => {
  if (Number(message.headers['content-length'] ?? 0) > MAX_ANSWER_BYTES) throw tooLarge(host)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw tooLarge(host)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}

const exchange = async (url: URL, options: RequestOptions, plain: boolean): Promise<HttpAnswer> => {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (plain ? httpRequest : httpsRequest)(options, resolve)
    request.on('error', reject)
    request.end()
  })
  try {
    const encoding = message.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      throw new ProofFailure('malformed', `${url.host} answers compressed without being asked`)
    const header = (name: string): string | undefined => message.headers[name]?.toString()
    return { status: message.statusCode ?? 0, header, body: await readBody(message, url.host), url: url.href }
  } finally {
    message.destroy()
  }
}

/**
 * GET for addresses that strangers choose. HTTPS to public addresses only, the connection going to the
 * very address that was checked; plain HTTP only where a counterpart stands in for the host.
 * No cookies, no credentials, no connection kept.
 */
export const createHttpGet = (settings: HttpSettings): HttpGet => {
  const resolve = resolveWith(settings.dnsServers, settings.timeoutMs)

  const once = async (url: URL, { accept, signal }: GetOptions): Promise<HttpAnswer> => {
    const counterpart = counterpartOf(settings, url.host)
    const at = counterpart === undefined ? url : new URL(counterpart)
    if (counterpart === undefined && url.protocol !== 'https:')
      throw new ProofFailure('unreachable', `${url.host} is asked for over something else than HTTPS`)
    if (url.username !== '' || url.password !== '')
      throw new ProofFailure('unreachable', `the address at ${url.host} carries credentials`)
    const hostname = at.hostname.replace(/^\[|\]$/g, '')
    const addresses = counterpart === undefined ? await checkedAddresses(hostname, resolve) : undefined
    const options = {
      host: hostname,
      port: at.port,
      path: url.pathname + url.search,
      headers: { host: url.host, accept, 'accept-encoding': 'identity', 'user-agent': USER_AGENT },
      agent: false,
      signal,
      ...(addresses ? { lookup: pinned(addresses) } : {}),
    }
    return exchange(url, options, at.protocol === 'http:')
  }

  const follow = async (url: URL, options: GetOptions, left: number): Promise<HttpAnswer> => {
    const answer = await once(url, options)
    const location = answer.header('location')
    if (!options.follow || !isRedirect(answer.status) || location === undefined) return answer
    if (left === 0) throw new ProofFailure('unreachable', `${url.host} redirects more than ${MAX_REDIRECTS} times`)
    if (!URL.canParse(location, url)) throw new ProofFailure('unreachable', `${url.host} redirects to nowhere`)
    return follow(new URL(location, url), options, left - 1)
  }

  return async (address, options) => {
    const url = new URL(address)
    const deadline = AbortSignal.timeout(settings.timeoutMs)
    const signal = AbortSignal.any([options.signal, deadline])
    try {
      signal.throwIfAborted()
      return await unlessAborted(follow(url, { ...options, signal }, MAX_REDIRECTS), signal)
    } catch (cause) {
      if (cause instanceof ProofFailure) throw cause
      if (cause instanceof AddressRefused) throw new ProofFailure('unreachable', cause.message, { cause })
      const why = signal.aborted ? 'did not answer in time' : 'could not be reached'
      throw new ProofFailure('unreachable', `${url.host} ${why}`, { cause })
    }
  }
}

/** Name resolution by the system cannot be cancelled, only left behind. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
