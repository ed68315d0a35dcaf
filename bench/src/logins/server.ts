import { fileURLToPath } from 'node:url'
import type { Bench } from '../frame/bench.ts'
import { startLoadProcess } from '../frame/load-process.ts'
import { startBenchServer } from '../frame/server.ts'
import type { LoginJob } from './server-load.ts'

const LOGINS = 400
const AT_ONCE = 64

/** Whole logins through a real server, with as many auth responders. */
const loginsThrough = (responders: 1 | 2): Bench => ({
  name: `logins-through-${responders}`,
  describe: `logins of people per second through a real nats-server, ${AT_ONCE} at once, decided by ${responders} auth responder${responders === 1 ? '' : 's'} vs logins of a static nkey user at the same server, about whom it asks nobody`,
  unit: 'logins/s',
  better: 'higher',
  pairs: 5,
  prepare: async () => {
    const server = await startBenchServer({ authResponders: responders })
    const { seed: identitySeed } = await server.register('alice')
    const load = startLoadProcess<LoginJob, number>(fileURLToPath(new URL('./server-load.ts', import.meta.url)))
    const job = { url: server.nats.url, logins: LOGINS, atOnce: AT_ONCE }
    return {
      bare: async () => ({ main: await load.run({ ...job, as: { userSeed: server.nats.seeds.push } }) }),
      ours: async () => ({ main: await load.run({ ...job, as: { identitySeed, server: 'localhost' } }) }),
      stop: async () => {
        load.stop()
        await server.stop()
      },
    }
  },
})

export const loginsThroughOne = loginsThrough(1)
export const loginsThroughTwo = loginsThrough(2)
