import {
  DomainError,
  FreeInboxQuery,
  InboxPage,
  InboxQuery,
  inboxOwner,
  inboxStreamOf,
  inboxSubject,
} from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import type { Usage } from '@kez-chat/eventlog/mailbox'
import { removeThrough } from '@kez-chat/eventlog/messages'
import { z } from 'zod'
import { ownerOf } from '../auth/owner.ts'
import { sendOnce } from '../auth/send-once.ts'
import type { UsedSignatures } from '../auth/used-signatures.ts'
import type { HttpApp } from '../http/server.ts'
import { createPlaces } from '../limits/places.ts'
import { problems } from '../openapi/problems.ts'
import { cursorReset } from './cursor-reset.ts'
import { readPage } from './page.ts'
import type { ReadNotes } from './read-notes.ts'

export type InboxOptions = {
  jetstream: JetStream
  inboxStreams: number
  usage: Usage
  usedSignatures: UsedSignatures
  reads: ReadNotes
}

const readsAtOnce = 8

export const inboxRoutes = (app: HttpApp, { jetstream, inboxStreams, usage, usedSignatures, reads }: InboxOptions) => {
  const places = createPlaces(readsAtOnce)
  const params = z.object({ handle: z.string() })

  app.get(
    '/v1/inbox/:handle',
    {
      schema: {
        summary: 'Read the own inbox',
        description: 'Signed with `X-KEZ-Auth` over the handle and `since`.',
        tags: ['messages'],
        params,
        querystring: InboxQuery,
        response: {
          200: InboxPage,
          ...problems(
            'malformed',
            'invalid_signature',
            'stale_auth',
            'unauthorized',
            'not_found',
            'identity_ended',
            'handle_barred',
            'cursor_reset',
            'rate_limited',
            'unavailable',
          ),
        },
      },
    },
    async (request) => {
      const primary = inboxOwner(ownerOf(request))
      const leave = places.enter(primary)
      if (!leave) throw new DomainError('rate_limited', 'too many reads of this inbox at once', { retryAfter: 1 })
      try {
        const { since, limit } = request.query
        const { mailbox, streamLastSeq } = await usage.look(primary)
        if (since > streamLastSeq) throw cursorReset()
        const page = await readPage(jetstream, inboxStreams, { primary, since, limit })
        reads.asked(primary, page.next ?? streamLastSeq)
        return { ...page, mailbox }
      } finally {
        leave()
      }
    },
  )

  app.delete(
    '/v1/inbox/:handle',
    {
      schema: {
        summary: 'Free the own mailbox up to what all devices have read',
        description: 'Signed with `X-KEZ-Auth` over server, method and path with query.',
        tags: ['messages'],
        params,
        querystring: FreeInboxQuery,
        response: {
          204: z.undefined().describe('Freed'),
          ...problems(
            'malformed',
            'invalid_signature',
            'stale_auth',
            'unauthorized',
            'not_found',
            'identity_ended',
            'handle_barred',
            'conflict',
            'cursor_reset',
            'unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const primary = inboxOwner(ownerOf(request))
      const { through } = request.query
      return sendOnce(usedSignatures, request, reply, async () => {
        const { streamLastSeq } = await usage.look(primary)
        if (through > streamLastSeq) throw cursorReset()
        await removeThrough(jetstream, inboxStreamOf(primary, inboxStreams), inboxSubject.stored(primary), through)
        usage.forget(primary)
        reads.asked(primary, through)
        return { status: 204 }
      })
    },
  )
}
