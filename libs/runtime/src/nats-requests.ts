import type { NatsConnection } from '@nats-io/transport-node'

/** The connection on which a request was sent is gone: whether it was heard is not known. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** What the client library waits when it is told nothing. */
const defaultTimeout = 1_000

/**
 * Has requests end with the connection that they were sent on, since their answers can come no more; and has those made while there is
 * none wait for the next one, within their timeout, since the client library throws away what is sent meanwhile. Both would be
 * found out by the timeout alone otherwise.
 */
export const tieRequestsToConnection = (nc: NatsConnection): void => {
  const underWay = new Set<(error: Error) => void>()
  const waiting = new Set<() => void>()
  let away = false

  const untilBack = (within: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer)
        waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(done)
        reject(new ConnectionLost('not connected to NATS'))
      }, within)
      waiting.add(done)
    })

  const goOn = (): void => {
    away = false
    for (const done of [...waiting]) done()
  }

  const watch = async (): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === 'reconnect') goOn()
      if (type !== 'disconnect') continue
      away = true
      for (const fail of [...underWay]) fail(new ConnectionLost('the connection to NATS was lost'))
    }
    goOn()
  }
  void watch()

  const request = nc.request.bind(nc)
  nc.request = async (subject, payload, options = { timeout: defaultTimeout }) => {
    const began = performance.now()
    if (away) await untilBack(options.timeout)
    const timeout = Math.max(1, Math.round(options.timeout - (performance.now() - began)))
    return new Promise((resolve, reject) => {
      underWay.add(reject)
      request(subject, payload, { ...options, timeout })
        .then(resolve, reject)
        .finally(() => underWay.delete(reject))
    })
  }
}
