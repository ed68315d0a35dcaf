import { promises as dns } from 'node:dns'
import { ProofFailure } from '../result.ts'
import { lookupTxt as lookupByHttps } from './doh-txt.ts'
import type { LookupTxt } from './lookup-txt.ts'
import { txtQuery } from './message.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

/** TXT records from the configured or the system's DNS servers, over TCP where they do not fit a datagram. */
export const lookupTxt: LookupTxt = async (name, context) => {
  const { settings, signal } = context
  if (settings.dohUrl !== undefined) return lookupByHttps(name, context)
  // The resolver reports a name that cannot exist like one that does not.
  txtQuery(name)
  const resolver = new dns.Resolver({ timeout: Math.ceil(settings.timeoutMs / 2), tries: 2 })
  if (settings.dnsServers.length > 0) resolver.setServers(settings.dnsServers)
  const stop = (): void => resolver.cancel()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const records = await resolver.resolveTxt(name)
    return { kind: 'records', texts: records.map((segments) => segments.join('')) }
  } catch (cause) {
    const code = codeOf(cause)
    if (code === dns.NODATA) return { kind: 'records', texts: [] }
    if (code === dns.NOTFOUND) return { kind: 'no_such_name' }
    throw new ProofFailure('unreachable', `the DNS servers gave no answer about ${name} (${code})`, { cause })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
