import { ApiError } from '@kez-chat/client'
import { outerId } from '@kez-chat/messaging'
import type { Plant } from '../plant.ts'

export const homePlants = {
  '5xx-is-201': {
    says: 'a server error counts as taken',
    caughtBy: 5,
    homeClient: (client) => ({
      ...client,
      postMessage: (post, options) =>
        client.postMessage(post, options).catch((error: unknown) => {
          if (!(error instanceof ApiError)) throw error
          return { id: outerId(post.envelope), seq: 1, accepted_at: new Date().toISOString() }
        }),
    }),
  },
  'cursor-before-taken': {
    says: 'the cursor moves on before a message is kept',
    caughtBy: 3,
    ways: 'homes',
    homeClient: (client, { disk }) => ({
      ...client,
      openInbox: (options) =>
        client.openInbox({
          ...options,
          onMessage: async (message) => {
            disk.cursor.set('inbox', String(message.seq))
            await options.onMessage(message)
          },
        }),
    }),
  },
} satisfies Record<string, Plant>
