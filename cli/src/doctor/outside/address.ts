import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DoctorCheck } from '@kez-chat/contracts'
import { patience, timedOut } from '../ask.ts'
import { fail, ok, reasonOf, skipped, warn } from '../check.ts'

export const addressIds = ['address.ipv4', 'address.ipv6'] as const

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host)

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')
export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80))

/** Whether something takes connections there. @throws why not */
export const knock = (host: string, port: number, within = patience): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const late = setTimeout(() => socket.destroy(timedOut()), within)
    socket.once('connect', () => resolve())
    socket.on('error', reject)
    socket.once('connect', () => socket.destroy())
    socket.once('close', () => clearTimeout(late))
  })

const lateAfter = async (ms: number): Promise<never> => {
  await sleep(ms, undefined, { ref: false })
  throw timedOut()
}

const openPort = (port: number) =>
  `See that the proxy runs and listens on this address, and that firewalls and the router let port ${port} through.`

const start = 'Start the server ("npm start"), or name the address of yours: kez admin doctor https://chat.example.org'

const judge = async (url: URL, family: 4 | 6, addresses: readonly string[]): Promise<DoctorCheck> => {
  const id = `address.ipv${family}`
  const [host, port] = [hostOf(url), portOf(url)]
  const results = await Promise.allSettled(addresses.map((address) => knock(address, port)))
  const failed = results.flatMap((result, i) =>
    result.status === 'rejected' ? [`${addresses[i]}: ${reasonOf(result.reason)}`] : [],
  )
  const shown = addresses.join(', ')
  if (failed.length === 0) return ok(id, `${host} leads to ${shown}, which takes connections on port ${port}.`)
  const what = `${host} leads to ${shown}, and port ${port} does not take connections (${failed.join('; ')}).`
  // Whether it is the server or this machine that has no IPv6 cannot be told from here.
  if (family === 6)
    return isLoopback(host)
      ? skipped(id, 'Nothing listens on the IPv6 loopback; it need not.')
      : warn(id, what, `If this machine has IPv6: ${openPort(port)} Or take the AAAA record out of the domain.`)
  return fail(id, what, isLoopback(host) ? start : openPort(port))
}

/** Where the name leads, and whether something listens there, by each kind of address. */
export const lookAtAddresses = async (url: URL): Promise<DoctorCheck[]> => {
  const host = hostOf(url)
  const found = await Promise.race([lookup(host, { all: true }), lateAfter(patience)]).catch((error: unknown) => error)
  if (!Array.isArray(found) || found.length === 0)
    return [
      fail(
        'address.ipv4',
        `The name ${host} leads nowhere: ${reasonOf(found)}.`,
        `Make an A record for ${host} (and an AAAA record for IPv6) with the address of the server, and wait until it is known.`,
      ),
      skipped('address.ipv6', 'The name leads nowhere.'),
    ]
  const byFamily = (family: 4 | 6) => found.filter((entry) => entry.family === family).map(({ address }) => address)
  const [four, six] = [byFamily(4), byFamily(6)]
  return Promise.all([
    four.length > 0 ? judge(url, 4, four) : skipped('address.ipv4', `${host} has no IPv4 address.`),
    six.length > 0
      ? judge(url, 6, six)
      : skipped(
          'address.ipv6',
          isIP(host) || isLoopback(host)
            ? 'The address is one of IPv4.'
            : `${host} has no IPv6 address (no AAAA record). That is fine; with one, more people get through.`,
        ),
  ])
}
