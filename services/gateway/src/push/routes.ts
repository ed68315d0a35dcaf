import { commandSubject, VapidPublicKey } from '@kez-chat/contracts'
import { type NatsConnection, requestCommand } from '@kez-chat/runtime'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'

export const pushRoutes = (app: HttpApp, nc: NatsConnection) => {
  app.get(
    '/v1/push/vapid-public-key',
    {
      schema: {
        summary: 'The key that browsers need to subscribe to Web Push',
        tags: ['push'],
        response: { 200: VapidPublicKey, ...problems('unavailable') },
      },
    },
    async () => requestCommand(nc, commandSubject.pushVapidKey, {}, VapidPublicKey),
  )
}
