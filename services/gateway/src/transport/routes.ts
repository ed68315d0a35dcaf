import { BindTransportBody, commandSubject, DirectoryEntry, Profile } from '@kez-chat/contracts'
import { verifyTransportBinding } from '@kez-chat/identity'
import { type NatsConnection, requestCommand } from '@kez-chat/runtime'
import { z } from 'zod'
import { ownerOf, signerOf } from '../auth/owner.ts'
import { sendOnce } from '../auth/send-once.ts'
import type { UsedSignatures } from '../auth/used-signatures.ts'
import type { HttpApp } from '../http/server.ts'
import type { ProfileOf } from '../lookup/profile.ts'
import { problems } from '../openapi/problems.ts'

export type TransportOptions = {
  nc: NatsConnection
  server: string
  profileOf: ProfileOf
  usedSignatures: UsedSignatures
}

export const transportRoutes = (app: HttpApp, { nc, server, profileOf, usedSignatures }: TransportOptions) => {
  app.put(
    '/v1/profile/:handle/transport',
    {
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'Bind a nostr transport key to the identity',
        description: 'Signed with `X-KEZ-Auth` over server, method, path and body.',
        tags: ['people'],
        params: z.object({ handle: z.string() }),
        body: BindTransportBody,
        response: {
          200: Profile,
          ...problems(
            'malformed',
            'invalid_signature',
            'stale_auth',
            'unauthorized',
            'not_found',
            'identity_ended',
            'handle_barred',
            'conflict',
            'unsupported_media_type',
            'invalid',
            'unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request)
      return sendOnce(usedSignatures, request, reply, async () => {
        verifyTransportBinding(request.body, signerOf(owner), server)
        const command = { handle: owner.handle, primary: owner.primary, ...request.body }
        const entry = await requestCommand(nc, commandSubject.bindTransport, command, DirectoryEntry)
        return { status: 200, body: await profileOf(entry) }
      })
    },
  )
}
