import { join } from 'node:path'
import type { Bench, Figures } from '../frame/bench.ts'
import { startLoadProcess } from '../frame/load-process.ts'
import { startBenchServer } from '../frame/server.ts'
import type { PostsJob, PostsResult } from './load.ts'

const concurrency = 64
const seconds = 4
const people = 32

/** Posts accepted per second through the gateway, beside bare JetStream publishing of the same records. */
export const posts: Bench = {
  name: 'posts',
  describe: `posts accepted per second, ${concurrency} at once, against bare JetStream publishing into the same stream`,
  unit: '1/s',
  better: 'higher',
  bar: 0.7,
  pairs: 7,
  prepare: async () => {
    const server = await startBenchServer()
    const load = startLoadProcess<PostsJob, PostsResult>(join(import.meta.dirname, 'load.ts'))
    const to = await Promise.all(Array.from({ length: people }, (_, i) => server.register(`person${i}`)))
    const recipients = to.map(({ handle, primaryHex }) => ({ handle, primaryHex }))
    const rate = async (job: PostsJob): Promise<Figures> => {
      const { accepted, seconds: took } = await load.run(job)
      return { main: accepted / took }
    }
    const http = (length: number) =>
      rate({ way: 'http', baseUrl: server.baseUrl, to: recipients, concurrency, seconds: length })
    const bare = (length: number) =>
      rate({
        way: 'jetstream',
        natsUrl: server.nats.url,
        seed: server.nats.seeds.gateway,
        to: recipients,
        concurrency,
        seconds: length,
      })
    await http(1)
    await bare(1)
    return {
      bare: () => bare(seconds),
      ours: () => http(seconds),
      stop: async () => {
        load.stop()
        await server.stop()
      },
    }
  },
}
