import {
  commandSubject,
  DirectoryEntry,
  INVITE_HEADER,
  Profile,
  RegisterBody,
  type RegistrationMode,
} from '@kez-chat/contracts'
import { type NatsConnection, requestCommand } from '@kez-chat/runtime'
import type { FastifyRequest } from 'fastify'
import type { HttpApp } from '../http/server.ts'
import { hashOfCode } from '../invites/hash-of-code.ts'
import type { ProfileOf } from '../lookup/profile.ts'
import { problems } from '../openapi/problems.ts'

export type RegisterOptions = {
  nc: NatsConnection
  profileOf: ProfileOf
  mode: RegistrationMode
  limit: (request: FastifyRequest) => Promise<void>
}

export const registerRoutes = (app: HttpApp, { nc, profileOf, mode, limit }: RegisterOptions) => {
  app.post(
    '/v1/register',
    {
      onRequest: limit,
      schema: {
        summary: 'Claim a handle with a signed registration',
        description:
          'The same signed envelope sent again gets 201 and the original body. Where the operator demands an invite code, it is in the header `X-KEZ-Invite`.',
        tags: ['people'],
        body: RegisterBody,
        response: {
          201: Profile,
          ...problems(
            'malformed',
            'unknown_version',
            'wrong_type',
            'invalid_signature',
            'handle_taken',
            'primary_taken',
            'identity_ended',
            'invite_required',
            'invite_invalid',
            'invite_expired',
            'invite_used_up',
            'invite_revoked',
            'too_large',
            'unsupported_media_type',
            'handle_invalid',
            'handle_reserved',
            'wrong_server',
            'stale_timestamp',
            'key_mismatch',
            'unsupported_algorithm',
            'weak_key',
            'rate_limited',
            'unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const code = mode === 'invite' ? request.headers[INVITE_HEADER] : undefined
      const invite = code === undefined ? {} : { invite: hashOfCode(code) }
      const command = { registration: request.body, ...invite }
      const entry = await requestCommand(nc, commandSubject.register, command, DirectoryEntry)
      return reply.code(201).send(await profileOf(withoutLaterChanges(entry)))
    },
  )
}

/** A retry gets the body of the first answer, also when something was bound to the person in between. */
const withoutLaterChanges = ({ nostr: _, proofs: __, ...entry }: DirectoryEntry): DirectoryEntry => entry
