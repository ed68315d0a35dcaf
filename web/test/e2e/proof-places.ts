import type { Counterparts } from '@kez-chat/testkit'
import type { BrowserContext } from 'playwright-core'

/** Where a browser looks when somebody has it check a claim; each is stood in for in tests. */
export const proofPlaces = ['cloudflare-dns.com', 'api.github.com', 'gist.githubusercontent.com'] as const

/** Leads the pages' own requests to the counterparts, which answer by the name of the host as the real places do. */
export const leadToCounterparts = (context: BrowserContext, all: Counterparts): Promise<unknown> =>
  context.route(
    ({ host }) => proofPlaces.some((place) => place === host),
    async (route) => {
      const { host, pathname, search } = new URL(route.request().url())
      const origin = host === 'cloudflare-dns.com' ? all.dns.doh.origin : all.hosts[host]
      const headers = { ...(await route.request().allHeaders()), host }
      await route.fulfill({ response: await route.fetch({ url: `${origin}${pathname}${search}`, headers }) })
    },
  )

/** Settings by which the home server checks at the counterparts too. */
export const counterpartEnv = (all: Counterparts): Record<string, string> => ({
  KEZ_PROOF_DNS: all.dns.server,
  KEZ_PROOF_RELAYS: all.relay.url,
  KEZ_PROOF_COUNTERPARTS: Object.entries(all.hosts)
    .map(([host, origin]) => `${host}=${origin}`)
    .join(','),
})
