import type { ServiceProcess } from '../service-process.ts'

/** One process of a service that runs several times. */
export type Replica = ServiceProcess & {
  readonly name: string
  /** Where it answers its probes and metrics. */
  readonly internal: string
}

/** All processes of a service: what is done to it is done to each of them, and to none while one is being killed. */
export type ReplicatedService = ServiceProcess & {
  readonly replicas: readonly Replica[]
  /** Runs alone among everything that is done to this service. `isWanted` is false while the service is stopped. */
  readonly alone: <T>(work: (isWanted: boolean) => Promise<T>) => Promise<T>
}

/** Runs pieces of work one after the other. */
const oneAfterTheOther = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }
}

export const replicatedService = (replicas: readonly Replica[]): ReplicatedService => {
  const inTurn = oneAfterTheOther()
  let wanted = false
  const each = (work: (replica: Replica) => Promise<void>): Promise<void> =>
    Promise.all(replicas.map(work)).then(() => undefined)
  const all = (isWanted: boolean, work: (replica: Replica) => Promise<void>): Promise<void> =>
    inTurn(async () => {
      wanted = isWanted
      await each(work)
    })
  return {
    replicas,
    alone: (work) => inTurn(() => work(wanted)),
    start: () => all(true, (replica) => replica.start()),
    stop: (signal) => all(false, (replica) => replica.stop(signal)),
    restart: (signal) => all(true, (replica) => replica.restart(signal)),
    pause: () => {
      for (const replica of replicas) replica.pause()
    },
    resume: () => {
      for (const replica of replicas) replica.resume()
    },
    log: () => replicas.map(({ name, log }) => `== ${name}\n${log()}`).join('\n'),
  }
}
