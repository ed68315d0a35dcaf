import type { FastifyInstance } from 'fastify'

/** People write across servers: the API is open to pages of any origin, without credentials (protocol §2). */
export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after, etag, link, date',
} as const

const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
  'access-control-allow-headers': 'x-kez-auth, x-kez-invite, content-type, last-event-id, if-none-match',
  'access-control-max-age': '86400',
} as const

export const isApi = (url: string): boolean => /^\/(v1|\.well-known|relay)(\/|\?|$)/.test(url)

export const useCors = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (request, reply) => {
    if (!isApi(request.url)) return
    reply.headers(corsHeaders)
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
      return reply.headers(preflightHeaders).code(204).send()
  })
}
