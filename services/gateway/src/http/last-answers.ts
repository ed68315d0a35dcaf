import type { FastifyInstance } from 'fastify'

/** Once the server stops, each answer is the last on its connection, so that no idle one keeps it from ending. */
export const closeBehindLastAnswers = (app: FastifyInstance): void => {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onSend', async (_, reply, payload) => {
    if (stopping) reply.header('connection', 'close')
    return payload
  })
}
