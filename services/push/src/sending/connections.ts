import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import {
  AddressRefused,
  checkedAddresses,
  isPublicAddress,
  pinned,
  type Resolve,
  resolveWith,
} from '@kez-chat/outbound'

/** Where a push to an origin really goes, and over what. */
export type Place = { host: string; port: number; plain: boolean; agent: HttpAgent }

export type ConnectionOptions = {
  /** `host[:port]` of an endpoint → the origin that answers for it in tests. */
  counterparts: Readonly<Record<string, string>>
  resolve?: Resolve
  maxPerOrigin: number
}

const pools = (maxPerOrigin: number) => ({
  keepAlive: true,
  keepAliveMsecs: 30_000,
  maxSockets: maxPerOrigin,
  maxFreeSockets: maxPerOrigin,
  maxTotalSockets: 256,
  scheduling: 'lifo' as const,
})

const dnsTimeout = 5_000

/** Resolves like any lookup, and fails where one address is not public: the socket goes to the very address that was checked. */
const checkedLookup =
  (resolve: Resolve): LookupFunction =>
  (host, options, callback) => {
    checkedAddresses(host, resolve).then(
      (addresses) => pinned(addresses)(host, options, callback),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }

/** Connections that are kept between pushes: to public addresses, each checked after resolution, or to a counterpart. */
export const createConnections = ({ counterparts, resolve, maxPerOrigin }: ConnectionOptions) => {
  const lookup = checkedLookup(resolve ?? resolveWith([], dnsTimeout))
  const checked = new HttpsAgent({ ...pools(maxPerOrigin), lookup })
  const plain = new HttpAgent(pools(maxPerOrigin))
  const tls = new HttpsAgent(pools(maxPerOrigin))

  return {
    /** @throws AddressRefused when the endpoint names a private address */
    placeOf: (endpoint: URL): Place => {
      const counterpart = Object.hasOwn(counterparts, endpoint.host) ? counterparts[endpoint.host] : undefined
      const at = counterpart === undefined ? endpoint : new URL(counterpart)
      const host = at.hostname.replace(/^\[|\]$/g, '')
      const isPlain = at.protocol === 'http:'
      const port = Number(at.port || (isPlain ? 80 : 443))
      if (counterpart !== undefined) return { host, port, plain: isPlain, agent: isPlain ? plain : tls }
      // A literal address is never looked up.
      if (isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused('not_public', `${host} is not public`)
      return { host, port, plain: false, agent: checked }
    },
    close: (): void => {
      for (const agent of [checked, plain, tls]) agent.destroy()
    },
  }
}

export type Connections = ReturnType<typeof createConnections>
