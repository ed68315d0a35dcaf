import type { Log } from '@kez-chat/runtime'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers of this route last as long as the client stays: their time says nothing. */
    live?: boolean
  }
}

/** Counts and times each request by the pattern of its route. Paths hold handles and queries hold signatures: neither is logged. */
export const useRequestLog = (app: FastifyInstance, metrics: Metrics, log: Log): void => {
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.config.live) metrics.underWay.inc()
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    metrics.requests.inc({ route, method: request.method, status: reply.statusCode })
    if (!request.routeOptions.config.live) {
      metrics.underWay.dec()
      metrics.latency.observe({ route }, reply.elapsedTime / 1000)
    }
    log.debug({ route, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
  })
}
