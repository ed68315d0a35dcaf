import { freePort, portTaker } from '@kez-chat/embedded'
import { startClusterStack } from './cluster/cluster-stack.ts'
import { startTestNats } from './nats.ts'
import { startTestPostgres } from './postgres.ts'
import type { ServiceProcess } from './service-process.ts'
import {
  type ServiceName,
  type Stack,
  type StackOptions,
  serviceNames,
  stackServer,
  stackService,
} from './stack-settings.ts'

const takePorts = async (): Promise<Record<ServiceName | 'public', number>> => {
  const next = portTaker()
  return {
    public: await next(),
    gateway: await next(),
    registry: await next(),
    auth: await next(),
    push: await next(),
    'relay-bridge': await next(),
  }
}

const startSingleStack = async (options: StackOptions): Promise<Stack> => {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()])
  const databaseUrl = await postgres.createDatabase()
  const ports = await takePorts()
  const base = { nats, databaseUrl, publicPort: ports.public, options }
  const service = (name: ServiceName): ServiceProcess => stackService(base, name, { internal: ports[name] })
  const internal = {
    registry: `http://127.0.0.1:${ports.registry}`,
    auth: `http://127.0.0.1:${ports.auth}`,
    push: `http://127.0.0.1:${ports.push}`,
    'relay-bridge': `http://127.0.0.1:${ports['relay-bridge']}`,
    gateway: `http://127.0.0.1:${ports.gateway}`,
  }
  const replicas: ServiceProcess[] = []
  const services = {
    registry: service('registry'),
    auth: service('auth'),
    push: service('push'),
    'relay-bridge': service('relay-bridge'),
    gateway: service('gateway'),
  }
  const addReplica: Stack['addReplica'] = async (name, more) => {
    const port = await freePort(undefined, '127.0.0.1', new Set(Object.values(ports)))
    const replica = stackService(base, name, { internal: port }, more)
    replicas.push(replica)
    await replica.start()
    return replica
  }
  const stop = async (): Promise<void> => {
    for (const replica of replicas) await replica.stop()
    for (const name of serviceNames.toReversed()) await services[name].stop()
    await nats.stop()
    await postgres.stop()
  }
  try {
    // The registry makes the directory that the others wait for.
    await services.registry.start()
    await Promise.all([
      services.auth.start(),
      services.push.start(),
      services['relay-bridge'].start(),
      services.gateway.start(),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `http://localhost:${ports.public}`,
    server: stackServer,
    nats,
    databaseUrl,
    services,
    internal,
    addReplica,
    stop,
  }
}

/**
 * The whole server as in production: NATS, Postgres and four service processes on free ports of the loopback. With
 * `KEZ_TEST_TOPOLOGY=cluster` in the environment it is three nodes of NATS and every service twice, and with
 * `KEZ_TEST_KILLING=<seed>` besides, one of each is killed every few seconds.
 */
export const startStack = (options: StackOptions = {}): Promise<Stack> => {
  const { KEZ_TEST_TOPOLOGY: topology, KEZ_TEST_KILLING: seed } = process.env
  if (topology !== 'cluster') return startSingleStack(options)
  return startClusterStack({ ...options, ...(seed === undefined ? {} : { killing: Number(seed) }) })
}
