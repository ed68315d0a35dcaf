import {
  AppendChainBody,
  ChainHead,
  ChainPage,
  ChainQuery,
  chainHeadOf,
  DomainError,
  maxChainEventBytes,
} from '@kez-chat/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'
import type { AppendToChain } from './append.ts'
import { chainIn } from './chain-id.ts'
import { noneMatch } from './etag.ts'
import type { Chains } from './read.ts'

export type SigchainOptions = {
  chains: Chains
  append: AppendToChain
  limitReads: (request: FastifyRequest) => Promise<void>
  limitAppends: (request: FastifyRequest) => Promise<void>
}

const params = z.object({ alg: z.string(), key: z.string() })
const jsonLines = 'application/jsonl'
const notModified = { 304: z.undefined().describe('As `If-None-Match` has it') }

const noChain = (): DomainError => new DomainError('not_found', 'this key has no sigchain here')

/** Says which state this is; returns whether the client has it already. */
const isKnown = (request: FastifyRequest, reply: FastifyReply, tag: string): boolean => {
  reply.headers({ etag: tag, 'cache-control': 'no-cache', vary: 'accept' })
  return !noneMatch(request.headers['if-none-match'], tag)
}

const tagOf = ({ hash }: ChainHead, form: string): string => `"${hash.slice('sha256:'.length)}${form}"`

export const sigchainRoutes = (app: HttpApp, { chains, append, limitReads, limitAppends }: SigchainOptions) => {
  app.get(
    '/v1/sigchains/:alg/:key',
    {
      onRequest: limitReads,
      schema: {
        summary: "A key's sigchain",
        description:
          'Whole, or from `from` on, at most `limit` events. JSON lines with `Accept: application/jsonl`; the next page is then in `Link`. Whoever reads a chain verifies it.',
        tags: ['sigchains'],
        params,
        querystring: ChainQuery,
        response: {
          200: {
            description: 'The events, oldest first',
            content: { 'application/json': { schema: ChainPage }, [jsonLines]: { schema: z.string() } },
          },
          ...notModified,
          ...problems('malformed', 'not_found', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const id = chainIn(request.params)
      const end = await chains.end(id)
      if (!end) throw noChain()
      const asLines = request.headers.accept?.includes(jsonLines) === true
      if (isKnown(request, reply, tagOf(chainHeadOf(end), asLines ? '-lines' : '')))
        return reply.code(304).send(undefined)
      const all = await chains.all(id)
      const last = all.at(-1)
      if (!last) throw noChain()
      const { from, limit } = request.query
      const events = all.slice(from, from + limit).map(({ event }) => event)
      const next = from + events.length < all.length && events.length > 0 ? from + events.length : null
      const head = chainHeadOf(last)
      reply.header('etag', tagOf(head, asLines ? '-lines' : ''))
      if (!asLines) return reply.send({ head, events, next })
      if (next !== null) reply.header('link', `<?from=${next}&limit=${limit}>; rel="next"`)
      return reply.type(jsonLines).send(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    },
  )

  app.get(
    '/v1/sigchains/:alg/:key/head',
    {
      onRequest: limitReads,
      schema: {
        summary: 'Where a sigchain stands',
        tags: ['sigchains'],
        params,
        response: {
          200: ChainHead,
          ...notModified,
          ...problems('malformed', 'not_found', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const end = await chains.end(chainIn(request.params))
      if (!end) throw noChain()
      const head = chainHeadOf(end)
      if (isKnown(request, reply, tagOf(head, ''))) return reply.code(304).send(undefined)
      return reply.send(head)
    },
  )

  app.post(
    '/v1/sigchains/:alg/:key',
    {
      onRequest: limitAppends,
      bodyLimit: maxChainEventBytes,
      schema: {
        summary: 'Append one signed event',
        description:
          'The signature is the access control. The same event sent again gets 201 and the original body; an event whose place is taken gets `chain_conflict` with the `head` to build on.',
        tags: ['sigchains'],
        params,
        body: AppendChainBody,
        response: {
          201: ChainHead,
          ...problems(
            'malformed',
            'unknown_version',
            'wrong_type',
            'invalid_signature',
            'chain_conflict',
            'primary_taken',
            'identity_ended',
            'too_large',
            'unsupported_media_type',
            'stale_timestamp',
            'key_mismatch',
            'unsupported_algorithm',
            'weak_key',
            'invalid',
            'rate_limited',
            'unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const id = chainIn(request.params)
      const head = await append(id, request.body, { address: request.ip, bytes: request.rawBody.length })
      return reply.code(201).header('etag', tagOf(head, '')).send(head)
    },
  )
}
