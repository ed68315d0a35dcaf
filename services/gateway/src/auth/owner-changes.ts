import { DomainError, PushEndpoint, type RouteId } from '@kez-chat/contracts'
import { type AuthText, mutationAuthText, pushAuthText, verifyRequest } from '@kez-chat/identity'
import type { FastifyRequest } from 'fastify'
import type { People } from '../directory/people.ts'
import { personInPath, signedHeader, signerOf } from './owner.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The signature under which a change was asked for; it acts once. */
    signature: string | undefined
  }
}

/** Changes whose text has the endpoint of a push subscription in place of the body (protocol §2). */
const ofEndpoints: ReadonlySet<string> = new Set<RouteId>([
  'POST /v1/push/subscribe/:handle',
  'POST /v1/push/unsubscribe/:handle',
  'POST /v1/push/test/:handle',
])

const endpointIn = ({ body }: FastifyRequest): string => {
  const endpoint = typeof body === 'object' && body !== null && 'endpoint' in body ? body.endpoint : undefined
  const parsed = PushEndpoint.safeParse(endpoint)
  if (!parsed.success)
    throw new DomainError('invalid', `body endpoint: ${parsed.error.issues[0]?.message ?? 'not valid'}`)
  return parsed.data
}

/** A change is signed over server, method, path with query, and the exact bytes of the body, or the endpoint. */
export const createOwnerChangesGuard =
  (people: People, server: string) => (routeId: string) => async (request: FastifyRequest) => {
    const entry = await personInPath(request, people)
    const target = { server, method: request.method, path: request.url }
    const text: AuthText = ofEndpoints.has(routeId)
      ? pushAuthText(target, endpointIn(request))
      : mutationAuthText(target, request.rawBody)
    const { sig } = verifyRequest(text, signedHeader(request), signerOf(entry), Date.now())
    request.owner = entry
    request.signature = sig
  }
