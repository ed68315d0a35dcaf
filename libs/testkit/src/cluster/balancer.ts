import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Backend = {
  readonly port: number
  /** Answers 200 while connections may be sent there. */
  readonly readyUrl: string
}

export type Balancer = { readonly port: number; readonly stop: () => Promise<void> }

/** As often as Kubernetes' proxies hear of a pod that is ready no more, at best. */
const lookEvery = 1_000

/**
 * Hands connections to backends in turn, byte by byte, as the Service of a cluster does. It looks who is ready once a second and
 * repeats nothing: what goes to a backend that is gone is cut off, and what is open there ends with it.
 */
export const startBalancer = async (port: number, backends: readonly Backend[]): Promise<Balancer> => {
  let ready = backends
  let turn = 0
  const sockets = new Set<Socket>()

  const look = async (): Promise<void> => {
    const answers = await Promise.all(
      backends.map(({ readyUrl }) =>
        fetch(readyUrl, { signal: AbortSignal.timeout(2_000) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    )
    const found = backends.filter((_, index) => answers[index])
    // With nobody ready connections go anywhere, and fail there.
    ready = found.length > 0 ? found : backends
  }
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }, lookEvery).unref()

  const join = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const backend = ready[turn++ % ready.length]
    const upstream = connect({ host: '127.0.0.1', port: backend?.port ?? 0, allowHalfOpen: true, noDelay: true })
    join(client, upstream)
    join(upstream, client)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      clearInterval(timer)
      await looking
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
