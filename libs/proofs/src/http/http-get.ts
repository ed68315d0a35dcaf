/** One answer, read to its end. */
export interface HttpAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly header: (name: string) => string | undefined
  /** At most `MAX_ANSWER_BYTES`. */
  readonly body: Uint8Array<ArrayBuffer>
  /** Where it came from after redirects. */
  readonly url: string
}

export interface GetOptions {
  readonly accept: string
  /** Follow at most `MAX_REDIRECTS`, each checked like the first address; otherwise a redirect is the answer. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

/** @throws ProofFailure `unreachable`, `malformed` (too large) */
export type HttpGet = (url: string, options: GetOptions) => Promise<HttpAnswer>

export interface HttpSettings {
  /** For one request with its redirects, ms. */
  readonly timeoutMs: number
  /** Hosts that are stood in for: `host[:port]` of a URL → the origin that really answers for it. */
  readonly counterparts: Readonly<Record<string, string>>
  /** DNS servers to ask (`address` or `address:port`); empty: the system's. */
  readonly dnsServers: readonly string[]
}

export const MAX_ANSWER_BYTES = 1024 * 1024
export const MAX_REDIRECTS = 3
export const USER_AGENT = 'kez-chat proof verification'

export const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/** The origin that stands in for `host`, if any. */
export const counterpartOf = ({ counterparts }: HttpSettings, host: string): string | undefined =>
  Object.hasOwn(counterparts, host) ? counterparts[host] : undefined
