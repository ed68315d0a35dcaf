import { type ActivityPubCounterpart, startActivityPubCounterpart } from './activitypub.ts'
import { type BlueskyCounterpart, startBlueskyCounterpart } from './bluesky.ts'
import { type DnsCounterpart, startDnsCounterpart } from './dns.ts'
import { type GithubCounterpart, startGithubCounterpart } from './github.ts'
import { type RelayCounterpart, startRelayCounterpart } from './nostr-relay.ts'
import { startWebCounterpart, type WebCounterpart } from './web.ts'

export type CounterpartHosts = {
  /** Web sites, e.g. `alice.test`. */
  readonly web?: readonly string[]
  /** Fediverse servers, e.g. `social.test`. */
  readonly activityPub?: readonly string[]
}

export type Counterparts = {
  readonly dns: DnsCounterpart
  readonly github: GithubCounterpart
  readonly bluesky: BlueskyCounterpart
  readonly activityPub: ActivityPubCounterpart
  readonly web: WebCounterpart
  readonly relay: RelayCounterpart
  /** What stands in for what: the host of a URL → the origin that answers for it. */
  readonly hosts: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

/** A local counterpart of every place where proofs are published, all on 127.0.0.1. */
export const startCounterparts = async ({
  web = [],
  activityPub = [],
}: CounterpartHosts = {}): Promise<Counterparts> => {
  const [dns, github, bluesky, fediverse, sites, relay] = await Promise.all([
    startDnsCounterpart(),
    startGithubCounterpart(),
    startBlueskyCounterpart(),
    startActivityPubCounterpart(),
    startWebCounterpart(),
    startRelayCounterpart(),
  ])
  return {
    dns,
    github,
    bluesky,
    activityPub: fediverse,
    web: sites,
    relay,
    hosts: {
      'api.github.com': github.origin,
      'gist.githubusercontent.com': github.origin,
      'public.api.bsky.app': bluesky.origin,
      ...Object.fromEntries(web.map((host) => [host, sites.origin])),
      ...Object.fromEntries(activityPub.map((host) => [host, fediverse.origin])),
    },
    stop: async () => {
      await Promise.all([dns, github, bluesky, fediverse, sites, relay].map((counterpart) => counterpart.stop()))
    },
  }
}
