import { createServer } from 'node:net'
import { EmbeddedError } from './errors.ts'

/** Whether a TCP port can be listened on at this address right now. */
export const isPortFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })

// Below the range from which the system takes ports for outgoing connections, so none of those takes it away.
const lowest = 10_000
const highest = 30_000
// Each process goes on from a place of its own, so that it never offers a port twice, and two that look at the same
// moment seldom see the same ones.
let next = lowest + Math.floor(Math.random() * (highest - lowest))

const candidate = (): number => {
  next = next + 1 < highest ? next + 1 : lowest
  return next
}

/**
 * A port nobody listens on: the preferred one when it is free, else any. Somebody else may still be faster.
 * @throws EmbeddedError `port_in_use` when no free one is found.
 */
export const freePort = async (preferred?: number, host = '127.0.0.1', except: ReadonlySet<number> = new Set()) => {
  if (preferred !== undefined && !except.has(preferred) && (await isPortFree(preferred, host))) return preferred
  for (let i = 0; i < 100; i++) {
    const port = candidate()
    if (!except.has(port) && (await isPortFree(port, host))) return port
  }
  throw new EmbeddedError('port_in_use', `No free port was found on ${host}.`)
}

/** Gives a free port of 127.0.0.1 at each call, the preferred one if it can, and none twice. */
export const portTaker = (): ((preferred?: number) => Promise<number>) => {
  const taken = new Set<number>()
  return async (preferred) => {
    const port = await freePort(preferred, '127.0.0.1', taken)
    taken.add(port)
    return port
  }
}

/** Free ports, each different, preferring those given. */
export const freePorts = async <Name extends string>(
  preferred: Readonly<Record<Name, number | undefined>>,
): Promise<Record<Name, number>> => {
  const take = portTaker()
  const ports: Partial<Record<Name, number>> = {}
  for (const name in preferred) ports[name] = await take(preferred[name])
  return complete(ports, preferred)
}

const complete = <Name extends string>(
  ports: Partial<Record<Name, number>>,
  names: Readonly<Record<Name, unknown>>,
) => {
  const isComplete = (value: Partial<Record<Name, number>>): value is Record<Name, number> =>
    Object.keys(names).every((name) => name in value)
  if (!isComplete(ports)) throw new EmbeddedError('port_in_use', 'A port was left unassigned.')
  return ports
}

/** Tries again with other ports when somebody takes one between the look and the use. */
export const withPorts = async <Name extends string, Result>(
  preferred: Readonly<Record<Name, number | undefined>>,
  start: (ports: Record<Name, number>) => Promise<Result>,
): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(preferred))
    } catch (error) {
      if (!(error instanceof EmbeddedError) || error.code !== 'port_in_use' || attempt === 5) throw error
    }
  }
}
