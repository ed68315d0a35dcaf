import type { NatsConnection } from '@nats-io/transport-node'
import { until, type World } from '../rig.ts'
import { login, newPerson } from './logins.ts'

const peopleInHerd = 50

/** Logs `size` connections in, kills the broker, and tells after how many seconds the last was back. */
export const herdReturns = async (world: World, size: number): Promise<number> => {
  const people = await Promise.all(Array.from({ length: peopleInHerd }, () => newPerson(world)))
  const connections: NatsConnection[] = []
  for (let from = 0; from < size; from += peopleInHerd)
    connections.push(
      ...(await Promise.all(
        people.map((key) =>
          login(world, key, {
            reconnect: true,
            maxReconnectAttempts: -1,
            reconnectTimeWait: 250,
            reconnectJitter: 2_000,
            ignoreAuthErrorAbort: true,
          }),
        ),
      )),
    )
  const away = new Set<NatsConnection>(connections)
  for (const nc of connections)
    void (async () => {
      for await (const { type } of nc.status()) {
        if (type === 'reconnect') away.delete(nc)
        if (type === 'disconnect') away.add(nc)
      }
    })()
  await world.nats.kill('SIGKILL')
  await world.nats.restart()
  const started = performance.now()
  await until(() => away.size === 0, 'everybody is back', 90_000)
  const seconds = (performance.now() - started) / 1000
  await Promise.all(connections.filter((_, i) => i % peopleInHerd === 0).map((nc) => nc.flush()))
  await Promise.all(connections.map((nc) => nc.close()))
  return seconds
}
