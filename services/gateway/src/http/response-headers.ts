import type { FastifyInstance } from 'fastify'

/** For everything that is no page: nothing may be run, framed, sniffed or kept. */
export const apiHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

export const useResponseHeaders = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(apiHeaders)
  })
}
