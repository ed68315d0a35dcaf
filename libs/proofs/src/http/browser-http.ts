import { ProofFailure } from '../result.ts'
import {
  counterpartOf,
  type HttpAnswer,
  type HttpGet,
  type HttpSettings,
  isRedirect,
  MAX_ANSWER_BYTES,
} from './http-get.ts'

const readBody = async (response: Response, host: string): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.byteLength
    if (size > MAX_ANSWER_BYTES) {
      await reader?.cancel().catch(() => undefined)
      throw new ProofFailure('malformed', `the answer of ${host} is larger than ${MAX_ANSWER_BYTES} bytes`)
    }
    chunks.push(part.value)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/**
 * GET by the browser's fetch: what a page may reach, mixed content and CORS are the browser's to judge, and which
 * addresses are public it does not tell. Size and time are bounded here; no cookies, no referrer.
 */
export const createHttpGet =
  (settings: HttpSettings): HttpGet =>
  async (address, { accept, follow, signal }) => {
    const asked = new URL(address)
    const counterpart = counterpartOf(settings, asked.host)
    if (counterpart === undefined && asked.protocol !== 'https:')
      throw new ProofFailure('unreachable', `${asked.host} is asked for over something else than HTTPS`)
    const url = counterpart === undefined ? asked : new URL(asked.pathname + asked.search, counterpart)
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)])
    try {
      const response = await fetch(url, {
        headers: { accept },
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        redirect: follow ? 'follow' : 'manual',
        signal: bounded,
      })
      // A redirect that is not followed is opaque in a page: no status, no headers.
      const status = response.type === 'opaqueredirect' || isRedirect(response.status) ? 302 : response.status
      const header = (name: string): string | undefined => response.headers.get(name) ?? undefined
      const answer: HttpAnswer = {
        status,
        header,
        body: await readBody(response, asked.host),
        url: response.url || url.href,
      }
      return answer
    } catch (cause) {
      if (cause instanceof ProofFailure) throw cause
      const why = bounded.aborted ? 'did not answer in time' : 'could not be reached'
      throw new ProofFailure('unreachable', `${asked.host} ${why}`, { cause })
    }
  }
