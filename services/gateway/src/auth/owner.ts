import { type DirectoryEntry, DomainError, Handle } from '@kez-chat/contracts'
import { AUTH_HEADER, isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import type { FastifyRequest } from 'fastify'
import type { People } from '../directory/people.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The person whose signature the guard of this route has checked. */
    owner: DirectoryEntry | undefined
  }
}

/** Why somebody who is known here is let do nothing. */
export const refusalOfInactive = ({ status }: Pick<DirectoryEntry, 'status'>): DomainError =>
  status === 'barred'
    ? new DomainError('handle_barred', 'the operator of this server has barred this handle; ask them why')
    : new DomainError(
        'identity_ended',
        'the identity behind this handle was revoked, or rotated to a key that has another handle',
      )

/** The person in `:handle`, with the key that is theirs now. @throws {DomainError} `not_found`, `identity_ended`, `handle_barred` */
export const personInPath = async (request: FastifyRequest, people: People): Promise<DirectoryEntry> => {
  const { params } = request
  const text = typeof params === 'object' && params !== null && 'handle' in params ? params.handle : undefined
  const handle = Handle.safeParse(text)
  const entry = handle.success ? await people.byHandle(handle.data) : undefined
  if (!entry) throw new DomainError('not_found', 'nobody has this handle here')
  if (entry.status !== 'active') throw refusalOfInactive(entry)
  return entry
}

/** The person that the guard let in. A handler that asks without a guard in front gets an error, not a person. */
export const ownerOf = (request: FastifyRequest): DirectoryEntry => {
  if (!request.owner) throw new DomainError('forbidden', 'this needs the signature of the owner')
  return request.owner
}

export const signedHeader = (request: FastifyRequest): string | undefined => {
  const value = request.headers[AUTH_HEADER]
  return typeof value === 'string' ? value : undefined
}

export const signerOf = (entry: DirectoryEntry): PrimaryId => {
  if (!isPrimaryId(entry.primary)) throw new DomainError('forbidden', 'the key of this handle cannot sign requests')
  return entry.primary
}
