import { join } from 'node:path'
import { startOtlpCounterpart } from '@kez-chat/testkit'
import type { Bench, Figures } from '../frame/bench.ts'
import { startLoadProcess } from '../frame/load-process.ts'
import { type BenchServer, startBenchServer } from '../frame/server.ts'
import type { PostsJob, PostsResult } from '../posts/load.ts'

const concurrency = 64
const seconds = 4
const people = 32

const recipientsAt = async (server: BenchServer): Promise<PostsJob['to']> =>
  Promise.all(Array.from({ length: people }, (_, i) => server.register(`person${i}`)))

/**
 * What traces cost the gateway: one of a hundred kept and sent to a collector, beside the same server without traces. In processor time,
 * which tells more on a busy machine than posts per second do.
 */
export const postsTraced: Bench = {
  name: 'posts-traced',
  describe: `processor time of the gateway for a post, ${concurrency} at once, with 1 % of traces kept and exported, against the same server without traces`,
  unit: 'ms',
  better: 'lower',
  bar: 1.15,
  pairs: 9,
  prepare: async () => {
    const collector = await startOtlpCounterpart()
    const [plain, traced] = [
      await startBenchServer(),
      await startBenchServer({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, KEZ_TRACES_RATIO: '0.01' } }),
    ]
    const load = startLoadProcess<PostsJob, PostsResult>(join(import.meta.dirname, '..', 'posts', 'load.ts'))
    const side = async (server: BenchServer) => {
      const recipients = await recipientsAt(server)
      return async (length: number): Promise<Figures> => {
        const job = { way: 'http', baseUrl: server.baseUrl, to: recipients, concurrency, seconds: length } as const
        const before = await server.gatewayCpuSeconds()
        const { accepted, seconds: took } = await load.run(job)
        const cpu = (await server.gatewayCpuSeconds()) - before
        return { main: (cpu * 1_000) / accepted, posts: accepted / took, spans: collector.spans.length }
      }
    }
    const [bare, ours] = [await side(plain), await side(traced)]
    await bare(1)
    await ours(1)
    return {
      bare: () => bare(seconds),
      ours: () => ours(seconds),
      stop: async () => {
        load.stop()
        await Promise.all([plain.stop(), traced.stop()])
        await collector.stop()
      },
    }
  },
}
