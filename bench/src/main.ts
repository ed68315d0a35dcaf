import { cpus } from 'node:os'
import { postsThreeNodes, postsTwoGateways } from './cluster/posts.ts'
import { run, type Summary } from './frame/run.ts'
import { chainGrowth, chains } from './identity/chains.ts'
import { claims } from './identity/claims.ts'
import { logins, loginsStock } from './logins/logins.ts'
import { loginsThroughOne, loginsThroughTwo } from './logins/server.ts'
import { posts } from './posts/posts.ts'
import { pushMemory } from './pushes/memory.ts'
import { pushes } from './pushes/pushes.ts'
import { relayAddresses } from './relay-bridge/addresses.ts'
import { relayLatency } from './relay-bridge/latency.ts'
import { relayVerify } from './relay-bridge/verify.ts'
import { streamLatency } from './stream-latency/stream-latency.ts'
import { postsTraced } from './traces/posts-traced.ts'
import { visualScramble } from './visual/scramble.ts'
import { webOfflineStart } from './web/offline-start.ts'
import { webOpen, webSeal, webUnlock } from './web/web.ts'

const benches = [
  posts,
  postsTraced,
  postsThreeNodes,
  postsTwoGateways,
  streamLatency,
  claims,
  chains,
  chainGrowth,
  logins,
  loginsStock,
  loginsThroughOne,
  loginsThroughTwo,
  relayVerify,
  relayLatency,
  relayAddresses,
  pushes,
  pushMemory,
  webSeal,
  webOpen,
  webUnlock,
  webOfflineStart,
  visualScramble,
]

const [wanted] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const chosen = benches.filter((bench) => wanted === undefined || bench.name === wanted)
if (chosen.length === 0) {
  console.error(`There is no bench "${wanted}". Known: ${benches.map((bench) => bench.name).join(', ')}`)
  process.exit(2)
}

const summaries: Summary[] = []
for (const bench of chosen) summaries.push(await run(bench, (line) => console.error(line)))

console.log(
  JSON.stringify(
    {
      at: new Date().toISOString(),
      node: process.version,
      cpus: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      results: summaries,
    },
    null,
    2,
  ),
)
process.exit(summaries.some((summary) => summary.reached === false) ? 1 : 0)
