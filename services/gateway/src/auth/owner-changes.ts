import { mutationAuthText, verifyRequest } from '@kez-chat/identity'
import type { FastifyRequest } from 'fastify'
import type { People } from '../directory/people.ts'
import { personInPath, signedHeader, signerOf } from './owner.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The signature under which a change was asked for; it acts once. */
    signature: string | undefined
  }
}

/** A change is signed over server, method, path with query, and the exact bytes of the body (protocol §2). */
export const createOwnerChangesGuard = (people: People, server: string) => () => async (request: FastifyRequest) => {
  const entry = await personInPath(request, people)
  const text = mutationAuthText({ server, method: request.method, path: request.url }, request.rawBody)
  const { sig } = verifyRequest(text, signedHeader(request), signerOf(entry), Date.now())
  request.owner = entry
  request.signature = sig
}
