import { setTimeout as sleep } from 'node:timers/promises'
import { type NatsNode, untilHealthy } from './nats-nodes.ts'
import type { ReplicatedService } from './replicas.ts'

export type KillerOptions = {
  readonly seed: number
  readonly nodes: readonly NatsNode[]
  readonly services: Readonly<Record<string, ReplicatedService>>
  /** Milliseconds between two strikes of one kind, at least and at most. */
  readonly every?: readonly [least: number, most: number]
  /** Milliseconds that a victim lies dead, at least and at most. */
  readonly dead?: readonly [least: number, most: number]
  /** Runs while nobody else does anything to the nodes. `isWanted` is false while they are stopped on purpose. */
  readonly aloneWithNodes?: (work: (isWanted: boolean) => Promise<void>) => Promise<void>
}

export type Killer = {
  /** What was done, a line each. */
  readonly deeds: readonly string[]
  /** How often a node of NATS and how often a service was killed. */
  readonly count: { readonly nodes: number; readonly services: number }
  /** Ends when everything is up again. @throws what kept something from coming up */
  readonly stop: () => Promise<void>
}

/** Random numbers in [0, 1) that a seed repeats (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Kills one node of NATS and one process of a service every few seconds, and starts them again. Never two nodes at once,
 * which would leave no majority, and never all processes of one kind.
 */
export const startKiller = ({
  seed,
  nodes,
  services,
  every = [2_000, 5_000],
  dead = [0, 3_000],
  aloneWithNodes = (work) => work(true),
}: KillerOptions): Killer => {
  const stopping = new AbortController()
  const deeds: string[] = []
  const count = { nodes: 0, services: 0 }
  const began = performance.now()
  const failures: unknown[] = []
  const tell = (what: string): void => {
    deeds.push(`${((performance.now() - began) / 1_000).toFixed(1)} s: ${what}`)
  }
  const between = (random: () => number, [least, most]: readonly [number, number]): number =>
    least + random() * (most - least)
  const pick = <T>(random: () => number, from: readonly T[]): T => {
    const picked = from[Math.floor(random() * from.length)]
    if (picked === undefined) throw new Error('nothing to pick from')
    return picked
  }

  const strikeNode = (random: () => number): Promise<void> => {
    const [node, lies] = [pick(random, nodes), between(random, dead)]
    return aloneWithNodes(async (isWanted) => {
      if (!isWanted) return
      // The one before may still be catching up: with it and this one away there would be no majority.
      await untilHealthy(nodes)
      if (stopping.signal.aborted) return
      tell(`${node.name} is killed`)
      count.nodes += 1
      await node.kill('SIGKILL')
      await sleep(lies)
      await node.start()
      tell(`${node.name} runs again`)
    })
  }

  /** What is still coming up holds up no strike at another service. */
  const recovering = new Map<ReplicatedService, Promise<unknown>>()

  const strikeService = async (random: () => number): Promise<void> => {
    const [, service] = pick(random, Object.entries(services))
    const [replica, lies] = [pick(random, service.replicas), between(random, dead)]
    if (recovering.has(service)) return
    const recovery = service.alone(async (isWanted) => {
      if (!isWanted || stopping.signal.aborted) return
      tell(`${replica.name} is killed`)
      count.services += 1
      await replica.stop('SIGKILL')
      await sleep(lies)
      await replica.start()
      tell(`${replica.name} is ready again`)
    })
    const watched = recovery.catch((error: unknown) => failures.push(error)).finally(() => recovering.delete(service))
    recovering.set(service, watched)
  }

  const go = async (strike: (random: () => number) => Promise<void>, random: () => number): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(between(random, every), undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await strike(random).catch((error: unknown) => failures.push(error))
    }
  }

  const running = Promise.all([go(strikeNode, seeded(seed)), go(strikeService, seeded(seed + 1))])
  return {
    deeds,
    count,
    stop: async () => {
      stopping.abort()
      await running
      await Promise.all(recovering.values())
      await untilHealthy(nodes)
      if (failures.length > 0) throw new AggregateError(failures, 'something that was killed did not come up again')
    },
  }
}
