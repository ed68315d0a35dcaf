import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { portTaker } from '@kez-chat/embedded'
import { startTestPostgres } from '../postgres.ts'
import type { ServiceProcess } from '../service-process.ts'
import {
  type ServiceName,
  type Stack,
  type StackOptions,
  serviceNames,
  stackServer,
  stackService,
} from '../stack-settings.ts'
import { type Backend, startBalancer } from './balancer.ts'
import { startKiller } from './killer.ts'
import { type NatsCluster, startNatsCluster } from './nats-cluster.ts'
import { type Replica, type ReplicatedService, replicatedService } from './replicas.ts'

export type ClusterOptions = StackOptions & {
  /** 3 when left out. */
  readonly nodes?: number
  /** How often each service runs; twice when left out. */
  readonly replicas?: number
  /** 8 when left out, as the overlay for three zones has it. */
  readonly inboxStreams?: number
  /** With a seed, a node and a service are killed every few seconds for as long as it runs. */
  readonly killing?: number
}

export type ClusterStack = Stack & {
  readonly nats: NatsCluster
  readonly services: Readonly<Record<ServiceName, ReplicatedService>>
  /** Ports of the gateways behind the balancer, and where each says whether it is ready. */
  readonly gateways: readonly Backend[]
}

/** Where `KEZ_TEST_LOGS` says so, what everything has written is left behind, for whoever looks why a test has failed. */
const keepLogs = (stack: Pick<ClusterStack, 'nats' | 'services'>, deeds: readonly string[]): void => {
  const folder = process.env.KEZ_TEST_LOGS
  if (!folder) return
  const own = join(folder, `${process.pid}-${Date.now()}`)
  mkdirSync(own, { recursive: true })
  const keep = (name: string, text: string): void => writeFileSync(join(own, `${name}.log`), text)
  for (const node of stack.nats.nodes) keep(node.name, node.log())
  for (const { replicas } of Object.values(stack.services)) for (const { name, log } of replicas) keep(name, log())
  keep('killer', deeds.join('\n'))
}

const startsAtMost = 5

/** As Kubernetes and compose do it: what ends by itself while it starts, since NATS went away just then, is started again. */
const startedAgain = (process: ServiceProcess): ServiceProcess => {
  const start = async (): Promise<void> => {
    for (let times = 1; ; times++)
      try {
        return await process.start()
      } catch (error) {
        if (times === startsAtMost) throw error
        await sleep(1_000)
      }
  }
  return {
    ...process,
    start,
    restart: async (signal) => {
      await process.stop(signal)
      await start()
    },
  }
}

/**
 * The server as in three zones, on one machine: three nodes of NATS with three copies of every stream, Postgres, every service
 * twice, and a balancer before the gateways. `services.<name>` is all processes of a service together.
 */
export const startClusterStack = async (options: ClusterOptions = {}): Promise<ClusterStack> => {
  const { nodes = 3, replicas = 2, inboxStreams = 8 } = options
  const [nats, postgres] = await Promise.all([startNatsCluster({ inboxStreams, nodes }), startTestPostgres()])
  const databaseUrl = await postgres.createDatabase()
  const port = portTaker()
  const publicPort = await port()
  const scale = { KEZ_STREAM_REPLICAS: String(nodes), KEZ_INBOX_STREAMS: String(inboxStreams) }
  const base = { nats, databaseUrl, publicPort, options: { ...options, env: { ...scale, ...options.env } } }

  const gateways: Backend[] = []
  const replica = async (
    service: ServiceName,
    index: number,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Replica> => {
    const internal = await port()
    const http = service === 'gateway' ? await port() : publicPort
    const url = `http://127.0.0.1:${internal}`
    if (service === 'gateway') gateways.push({ port: http, readyUrl: `${url}/readyz` })
    // A gateway does not know the port of the balancer, which is what people see.
    const seen = { KEZ_CHAT_SIG_SERVER_URL: `http://localhost:${publicPort}` }
    const process = startedAgain(stackService(base, service, { internal, http }, { ...seen, ...more }))
    return { ...process, name: `${service}-${index}`, internal: url }
  }
  const several = async (service: ServiceName): Promise<ReplicatedService> => {
    const made: Replica[] = []
    for (let index = 0; index < replicas; index++) made.push(await replica(service, index))
    return replicatedService(made)
  }
  const services = {
    registry: await several('registry'),
    auth: await several('auth'),
    push: await several('push'),
    'relay-bridge': await several('relay-bridge'),
    gateway: await several('gateway'),
  }
  const firstOf = (service: ServiceName): string => services[service].replicas[0]?.internal ?? ''
  const added: ServiceProcess[] = []
  const addReplica: Stack['addReplica'] = async (service, more) => {
    const process = await replica(service, replicas + added.length, more)
    added.push(process)
    await process.start()
    return process
  }

  let nodesWanted = true
  let nodesInTurn: Promise<unknown> = Promise.resolve()
  const aloneWithNodes = <T>(work: (isWanted: boolean) => Promise<T>): Promise<T> => {
    const result = nodesInTurn.then(() => work(nodesWanted))
    nodesInTurn = result.catch(() => undefined)
    return result
  }
  const watched: NatsCluster = {
    ...nats,
    kill: (signal) =>
      aloneWithNodes(async () => {
        nodesWanted = false
        await nats.kill(signal)
      }),
    restart: () =>
      aloneWithNodes(async () => {
        await nats.restart()
        nodesWanted = true
      }),
  }

  const balancer = await startBalancer(publicPort, gateways)
  let killer: ReturnType<typeof startKiller> | undefined
  const stop = async (): Promise<void> => {
    try {
      await killer?.stop()
    } finally {
      await balancer.stop()
      await Promise.all(added.map((process) => process.stop()))
      await Promise.all(serviceNames.map((name) => services[name].stop()))
      keepLogs({ nats, services }, killer?.deeds ?? [])
      await nats.stop()
      await postgres.stop()
    }
  }
  try {
    await services.registry.start()
    await Promise.all(serviceNames.filter((name) => name !== 'registry').map((name) => services[name].start()))
  } catch (error) {
    await stop()
    throw error
  }
  const { killing: seed } = options
  if (seed !== undefined) killer = startKiller({ seed, nodes: nats.nodes, services, aloneWithNodes })
  return {
    url: `http://localhost:${publicPort}`,
    server: stackServer,
    nats: watched,
    databaseUrl,
    services,
    internal: {
      registry: firstOf('registry'),
      auth: firstOf('auth'),
      push: firstOf('push'),
      'relay-bridge': firstOf('relay-bridge'),
      gateway: firstOf('gateway'),
    },
    gateways,
    addReplica,
    stop,
  }
}
