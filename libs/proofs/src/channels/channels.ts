import { activityPubChannel } from './activitypub.ts'
import { blueskyChannel } from './bluesky.ts'
import type { Channel } from './channel.ts'
import { dnsChannel } from './dns.ts'
import { githubChannel } from './github.ts'
import { nostrChannel } from './nostr.ts'
import { webChannel } from './web.ts'

/** By system of the subject (protocol §1). Subjects of other systems are carried, not verified. */
export const channels: ReadonlyMap<string, Channel> = new Map([
  ['dns', dnsChannel],
  ['github', githubChannel],
  ['nostr', nostrChannel],
  ['bluesky', blueskyChannel],
  ['ap', activityPubChannel],
  ['web', webChannel],
])
