import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { createRegistration, parseHandle, randomBytes, signingKeyFromSeed } from '@kez-chat/identity'
import { type ClusterStack, freePort, startBalancer, startClusterStack } from '@kez-chat/testkit'
import type { Bench, Figures } from '../frame/bench.ts'
import { startLoadProcess } from '../frame/load-process.ts'
import type { PostsJob, PostsResult } from '../posts/load.ts'

const concurrency = 64
const seconds = 4
const people = 32

const unlimited = {
  KEZ_LOG_LEVEL: 'warn',
  KEZ_POST_RATE_PER_MINUTE: '10000000',
  KEZ_POST_BURST: '10000000',
  KEZ_REGISTER_RATE_PER_MINUTE: '100000',
  KEZ_MAILBOX_HOURLY_MESSAGES: '100000000',
  KEZ_MAILBOX_HOURLY_BYTES: '100000000000',
}

const settle = async (stack: ClusterStack): Promise<PostsJob['to']> => {
  const client = createClient({ baseUrl: stack.url })
  const register = async (_: unknown, index: number) => {
    const key = signingKeyFromSeed(randomBytes(32))
    const wish = { handle: parseHandle(`person${index}`), server: stack.server, createdAt: Date.now() }
    const { handle } = await client.register(createRegistration(wish, key))
    return { handle, primaryHex: key.primary.slice('ed25519:'.length) }
  }
  return Promise.all(Array.from({ length: people }, register))
}

const measuring = () => {
  const load = startLoadProcess<PostsJob, PostsResult>(join(import.meta.dirname, '..', 'posts', 'load.ts'))
  const rate = async (baseUrl: string, to: PostsJob['to'], length = seconds): Promise<Figures> => {
    const { accepted, seconds: took } = await load.run({ way: 'http', baseUrl, to, concurrency, seconds: length })
    return { main: accepted / took }
  }
  return { rate, stop: load.stop }
}

/** What three copies on three nodes cost, all of them on this machine. */
export const postsThreeNodes: Bench = {
  name: 'posts-three-nodes',
  describe: `posts accepted per second by one gateway, ${concurrency} at once, with three nodes of NATS against one`,
  unit: '1/s',
  better: 'higher',
  pairs: 5,
  prepare: async () => {
    const one = await startClusterStack({ nodes: 1, replicas: 1, env: unlimited })
    const three = await startClusterStack({ nodes: 3, replicas: 1, env: unlimited })
    const [toOne, toThree] = [await settle(one), await settle(three)]
    const { rate, stop } = measuring()
    await rate(one.url, toOne, 1)
    await rate(three.url, toThree, 1)
    return {
      bare: () => rate(one.url, toOne),
      ours: () => rate(three.url, toThree),
      stop: async () => {
        stop()
        await one.stop()
        await three.stop()
      },
    }
  },
}

/** What a second gateway brings, where both share the processors with NATS and whoever posts. */
export const postsTwoGateways: Bench = {
  name: 'posts-two-gateways',
  describe: `posts accepted per second with three nodes of NATS, ${concurrency} at once, by two gateways against one`,
  unit: '1/s',
  better: 'higher',
  pairs: 5,
  prepare: async () => {
    const stack = await startClusterStack({ nodes: 3, replicas: 2, env: unlimited })
    const single = await startBalancer(await freePort(), stack.gateways.slice(0, 1))
    const to = await settle(stack)
    const { rate, stop } = measuring()
    const alone = `http://localhost:${single.port}`
    await rate(alone, to, 1)
    await rate(stack.url, to, 1)
    return {
      bare: () => rate(alone, to),
      ours: () => rate(stack.url, to),
      stop: async () => {
        stop()
        await single.stop()
        await stack.stop()
      },
    }
  },
}
