import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Rig, startRig } from '../../../services/push/test/rig.ts'
import type { Bench, Figures } from '../frame/bench.ts'

const pending = 100_000
const settle = 12_000

/** Everybody's push is due, and the push service has stalled. */
const fill = (rig: Rig): Promise<unknown> =>
  rig.sql(
    `with made as (
       insert into subscriptions (inbox, fingerprint, endpoint, origin, vapid_key, label, created_at)
       select md5(i::text), md5(i::text), 'https://push.test/wpush/v2/' || i, 'https://push.test', $1, '', now()
       from generate_series(1, ${pending}) i returning id, origin
     )
     insert into deliveries (subscription, origin, since, due_at) select id, origin, now(), now() from made`,
    [JSON.parse(readFileSync(rig.env.KEZ_VAPID_KEYS_FILE, 'utf8')).publicKey],
  )

const measure = async (rig: Rig): Promise<Figures> => {
  const push = await rig.pushProcess()
  await push.start()
  try {
    await sleep(settle)
    const metrics = await (await fetch(`${push.internalUrl}/metrics`)).text()
    const figure = (name: string): number =>
      Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN)
    return { main: figure('process_resident_memory_bytes') / 2 ** 20, pending: figure('kez_push_pending') }
  } finally {
    await push.stop('SIGKILL')
  }
}

/** What waits is in Postgres: a process that has a hundred thousand pushes before it is as large as one that has none. */
export const pushMemory: Bench = {
  name: 'push-memory',
  describe: `MiB resident of a push process with ${pending} pending wakes and a push service that stalls, against one with none`,
  unit: 'MiB',
  better: 'lower',
  bar: 1.2,
  pairs: 2,
  prepare: async () => {
    const rig = await startRig()
    const first = await rig.startPush()
    await first.stop()
    rig.service.fault('stall')
    return {
      bare: () => measure(rig),
      ours: async () => {
        await fill(rig)
        const figures = await measure(rig)
        await rig.sql('truncate subscriptions cascade')
        return figures
      },
      stop: () => rig.stop(),
    }
  },
}
