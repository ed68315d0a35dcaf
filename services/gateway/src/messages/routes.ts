import { AcceptedMessage, PostMessageBody } from '@kez-chat/contracts'
import type { FastifyRequest } from 'fastify'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'
import type { Accept } from './accept.ts'

export type MessageOptions = { accept: Accept; limit: (request: FastifyRequest) => Promise<void> }

export const messageRoutes = (app: HttpApp, { accept, limit }: MessageOptions) => {
  app.post(
    '/v1/messages',
    {
      onRequest: limit,
      schema: {
        summary: 'Put a sealed envelope into an inbox',
        description:
          'Answered with 201 only when the message is on disk. The same envelope may be sent again: it is stored once and gets the same answer.',
        tags: ['messages'],
        body: PostMessageBody,
        response: {
          201: AcceptedMessage,
          ...problems(
            'malformed',
            'not_found',
            'identity_ended',
            'handle_barred',
            'too_large',
            'unsupported_media_type',
            'wrong_server',
            'rate_limited',
            'unavailable',
            'mailbox_full',
          ),
        },
      },
    },
    async (request, reply) => reply.code(201).send(await accept(request.body, 'http')),
  )
}
