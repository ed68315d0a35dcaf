import { DomainError, Handle, type RouteId, SeqParam } from '@kez-chat/contracts'
import {
  type AuthText,
  inboxAuthText,
  mutationAuthText,
  parseHandle,
  type Handle as SignedHandle,
  streamAuthText,
  verifyRequest,
} from '@kez-chat/identity'
import type { FastifyRequest } from 'fastify'
import type { People } from '../directory/people.ts'
import { personInPath, signedHeader, signerOf } from './owner.ts'

const queryText = (request: FastifyRequest, name: string): string | undefined => {
  const { query } = request
  if (typeof query !== 'object' || query === null) return undefined
  const value: unknown = Object.getOwnPropertyDescriptor(query, name)?.value
  if (value === undefined || typeof value === 'string') return value
  throw new DomainError('malformed', `querystring ${name}: may be given once`)
}

const since = (request: FastifyRequest): number => {
  const parsed = SeqParam.safeParse(queryText(request, 'since') ?? '0')
  if (!parsed.success)
    throw new DomainError('malformed', 'querystring since: must be a whole number in canonical decimal')
  return parsed.data
}

type Read = { handle: SignedHandle; request: FastifyRequest; server: string }

/** The text that each read is signed over (protocol §2). The first two are fixed, and name no server. */
const texts: Readonly<Partial<Record<RouteId, (read: Read) => AuthText>>> = {
  'GET /v1/inbox/:handle': ({ handle, request }) => inboxAuthText(handle, since(request)),
  'GET /v1/inbox/:handle/stream': ({ handle }) => streamAuthText(handle),
  'GET /v1/push/subscriptions/:handle': ({ handle, server }) =>
    mutationAuthText({ server, method: 'GET', path: `/v1/push/subscriptions/${handle}` }),
  'GET /v1/invites/:handle': ({ handle, server }) =>
    mutationAuthText({ server, method: 'GET', path: `/v1/invites/${handle}` }),
}

/** A read signature may be replayed within its 60 s; it opens nothing but reads. */
export const createOwnerReadsGuard = (people: People, server: string) => (routeId: string) => {
  const text = Object.entries(texts).find(([id]) => id === routeId)?.[1]
  if (!text) throw new DomainError('internal', `${routeId} has no text that its signature covers`)
  return async (request: FastifyRequest): Promise<void> => {
    const entry = await personInPath(request, people)
    const auth = signedHeader(request) ?? queryText(request, 'auth')
    const handle = parseHandle(Handle.parse(entry.handle))
    verifyRequest(text({ handle, request, server }), auth, signerOf(entry), Date.now())
    request.owner = entry
  }
}
