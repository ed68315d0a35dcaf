import { Health, type RegistrationMode } from '@kez-chat/contracts'
import type { NotReady } from '@kez-chat/runtime'
import { z } from 'zod'
import type { HttpApp } from '../http/server.ts'

export type HealthOptions = {
  server: string
  version: string
  registration: RegistrationMode
  notReady: () => NotReady
}

const Probe = z.object({ status: z.enum(['ok', 'unavailable']) })

export const healthRoutes = (app: HttpApp, { server, version, registration, notReady }: HealthOptions) => {
  const ready = (): boolean => Object.keys(notReady()).length === 0

  app.get(
    '/v1/healthz',
    {
      schema: {
        summary: 'Whether the server works, what it is called, and who may register',
        tags: ['server'],
        response: { 200: Health, 503: Health },
      },
    },
    async (_, reply) =>
      ready()
        ? reply.send({ status: 'ok', server, version, registration })
        : reply.code(503).send({ status: 'unavailable', server, version, registration }),
  )

  const probe = { tags: ['server'], response: { 200: Probe, 503: Probe } }
  app.get('/livez', { schema: { ...probe, summary: 'Whether the process turns' } }, async () => ({
    status: 'ok' as const,
  }))
  app.get('/readyz', { schema: { ...probe, summary: 'Whether requests can be served' } }, async (_, reply) =>
    ready() ? reply.send({ status: 'ok' }) : reply.code(503).send({ status: 'unavailable' }),
  )
}
