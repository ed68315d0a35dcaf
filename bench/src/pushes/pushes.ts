import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Bench, Figures } from '../frame/bench.ts'
import { startLoadProcess } from '../frame/load-process.ts'
import { createCertificate } from './certificate.ts'
import type { EndpointJob } from './endpoint.ts'
import type { PushesJob, PushesResult } from './load.ts'

const seconds = 3

/** Pushes as the service sends them, beside the library that everybody uses, to the same endpoint over TLS. */
export const pushes: Bench = {
  name: 'pushes',
  describe:
    "empty pushes per second of CPU time to a local push service over TLS, 32 at once, against web-push's sendNotification",
  unit: '1/s',
  better: 'higher',
  bar: 3,
  pairs: 5,
  prepare: async () => {
    const { cert, key, file } = createCertificate()
    const endpoint = startLoadProcess<EndpointJob, number>(join(import.meta.dirname, 'endpoint.ts'))
    const port = await endpoint.run({ cert, key })
    const load = startLoadProcess<PushesJob, PushesResult>(join(import.meta.dirname, 'load.ts'), {
      NODE_EXTRA_CA_CERTS: file,
    })
    const rate = async (way: PushesJob['way'], length: number): Promise<Figures> => {
      const { perSecond, perCpuSecond } = await load.run({ way, port, seconds: length })
      return { main: perCpuSecond, perSecond }
    }
    await rate('ours', 1)
    await rate('web-push', 1)
    return {
      bare: () => rate('web-push', seconds),
      ours: () => rate('ours', seconds),
      stop: async () => {
        load.stop()
        endpoint.stop()
        rmSync(dirname(file), { recursive: true })
      },
    }
  },
}
