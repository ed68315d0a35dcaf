import { DomainError } from '@kez-chat/contracts'
import type { FastifyInstance } from 'fastify'

/** RFC 9112 §3.2, answered by ourselves because Node's own answer says nothing. */
export const requireHost = (app: FastifyInstance): void => {
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (headers.host === undefined && raw.httpVersion !== '1.0')
      throw new DomainError('malformed', 'the request names no host')
  })
}
