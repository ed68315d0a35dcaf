import { promises as dns, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** A host may not be connected to: its name has no address, or one that is not public. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly reason: 'no_address' | 'not_public'

  constructor(reason: AddressRefused['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** How a host name becomes addresses; rejects when it has none. */
export type Resolve = (host: string) => Promise<LookupAddress[]>

const bySystem: Resolve = (host) => dns.lookup(host, { all: true })

const byServers =
  (servers: readonly string[], timeoutMs: number): Resolve =>
  async (host) => {
    const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 1 })
    resolver.setServers(servers)
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason
    return [
      ...(v4.status === 'fulfilled' ? v4.value.map((address) => ({ address, family: 4 })) : []),
      ...(v6.status === 'fulfilled' ? v6.value.map((address) => ({ address, family: 6 })) : []),
    ]
  }

/** How host names become addresses: by the given DNS servers, or as the system does it when there are none. */
export const resolveWith = (servers: readonly string[], timeoutMs: number): Resolve =>
  servers.length === 0 ? bySystem : byServers(servers, timeoutMs)

/**
 * The addresses of `host` (a name or a literal), every one of them public.
 * @throws AddressRefused `no_address`, `not_public` (one is enough)
 */
export const checkedAddresses = async (host: string, resolve: Resolve): Promise<LookupAddress[]> => {
  const literal = host.replace(/^\[|\]$/g, '')
  const family = isIP(literal)
  const found =
    family > 0
      ? [{ address: literal, family }]
      : await resolve(host).catch((cause: unknown) => {
          throw new AddressRefused('no_address', `${host} has no address`, { cause })
        })
  if (found.length === 0) throw new AddressRefused('no_address', `${host} has no address`)
  if (!found.every(({ address }) => isPublicAddress(address)))
    throw new AddressRefused('not_public', `${host} leads to an address that is not public`)
  return found
}

/** A `lookup` for sockets that answers with addresses already checked, whatever DNS says by now. */
export const pinned =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_host, options, callback) => {
    const [first] = addresses
    if (options.all) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
