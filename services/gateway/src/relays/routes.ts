import { RelayList } from '@kez-chat/contracts'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'
import type { RelayStates } from './states.ts'

export const relayRoutes = (app: HttpApp, states: RelayStates) => {
  app.get(
    '/v1/relays',
    {
      schema: {
        summary: 'The nostr relays that this server listens on, and how they do',
        tags: ['server'],
        response: { 200: RelayList, ...problems('unavailable') },
      },
    },
    async () => ({ relays: await states() }),
  )
}
