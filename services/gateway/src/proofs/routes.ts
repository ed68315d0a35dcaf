import { commandSubject, DirectoryEntry, Profile, SetProofsBody } from '@kez-chat/contracts'
import { type NatsConnection, requestCommand } from '@kez-chat/runtime'
import { z } from 'zod'
import { ownerOf } from '../auth/owner.ts'
import { sendOnce } from '../auth/send-once.ts'
import type { UsedSignatures } from '../auth/used-signatures.ts'
import type { HttpApp } from '../http/server.ts'
import type { ProfileOf } from '../lookup/profile.ts'
import { problems } from '../openapi/problems.ts'

export type ProofOptions = { nc: NatsConnection; profileOf: ProfileOf; usedSignatures: UsedSignatures }

export const proofRoutes = (app: HttpApp, { nc, profileOf, usedSignatures }: ProofOptions) => {
  app.put(
    '/v1/profile/:handle/proofs',
    {
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'Say where the own claims stand',
        description:
          'Replaces the list. Each proof is looked for in the background, at most once in 24 h while it holds; lookups show what came of it and when. Signed with `X-KEZ-Auth` over server, method, path and body.',
        tags: ['people'],
        params: z.object({ handle: z.string() }),
        body: SetProofsBody,
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
      const { handle, primary } = ownerOf(request)
      return sendOnce(usedSignatures, request, reply, async () => {
        const command = { handle, primary, ...request.body }
        const entry = await requestCommand(nc, commandSubject.setProofs, command, DirectoryEntry)
        return { status: 200, body: await profileOf(entry) }
      })
    },
  )
}
