import { join } from 'node:path'
import { type Bench, type Figures, percentile } from '../frame/bench.ts'
import { startLoadProcess } from '../frame/load-process.ts'
import { startBenchServer } from '../frame/server.ts'
import type { LatencyJob, LatencyResult } from './load.ts'

const messages = 200

/** From posting to the event on the recipient's SSE feed, beside publishing to JetStream and its republished copy. */
export const streamLatency: Bench = {
  name: 'stream-latency',
  describe: `ms from sending to arrival (main: p50), ${messages} messages one after the other: post to SSE against JetStream publish to republish`,
  unit: 'ms',
  better: 'lower',
  pairs: 5,
  prepare: async () => {
    const server = await startBenchServer()
    const load = startLoadProcess<LatencyJob, LatencyResult>(join(import.meta.dirname, 'load.ts'))
    const to = await server.register('reader')
    const figures = async (job: LatencyJob): Promise<Figures> => {
      const { latencies } = await load.run(job)
      return { main: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
    }
    const ours = (): Promise<Figures> => figures({ way: 'http', baseUrl: server.baseUrl, to, messages })
    const bare = (): Promise<Figures> =>
      figures({ way: 'jetstream', natsUrl: server.nats.url, natsSeed: server.nats.seeds.gateway, to, messages })
    await ours()
    await bare()
    return {
      bare,
      ours,
      stop: async () => {
        load.stop()
        await server.stop()
      },
    }
  },
}
