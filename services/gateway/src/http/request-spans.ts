import { isTracing, type Span, startSpan } from '@kez-chat/runtime'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const spans = new WeakMap<FastifyRequest, Span>()

/** Probes and the files of the web app say nothing about messages. */
const isShown = (route: string | undefined): route is string =>
  route !== undefined && /^\/(v1|\.well-known)\//.test(route)

/** The `traceparent` of a request's own step, where its trace is kept. */
export const traceOfRequest = (request: FastifyRequest): string | undefined => spans.get(request)?.traceparent

/** Ends the step of a request whose answer goes on for as long as the client stays. */
export const endRequestSpan = (request: FastifyRequest, status: number): void => {
  const span = spans.get(request)
  if (!span) return
  span.set({ 'http.response.status_code': status })
  span.end(status >= 500 ? String(status) : undefined)
  spans.delete(request)
}

/**
 * Shows each request to the API by the pattern of its route. Callers decide neither whether it is kept nor which trace it belongs to,
 * unless `joinCallers`.
 */
export const useRequestSpans = (app: FastifyInstance, joinCallers: boolean): void => {
  if (!isTracing()) return
  app.addHook('onRequest', (request, _reply, done) => {
    const { url: route } = request.routeOptions
    if (!isShown(route)) return done()
    const { method } = request
    const caller = request.headers.traceparent
    const span = startSpan({
      name: `${method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': method, 'http.route': route },
      parent: joinCallers && typeof caller === 'string' ? caller : 'none',
    })
    if (span.traceparent === undefined) return done()
    spans.set(request, span)
    span.run(done)
  })
  // A body comes by the connection, which knows nothing of the request's step.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request)
    if (span) span.run(done)
    else done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    endRequestSpan(request, reply.statusCode)
    done()
  })
}
