import { DomainError } from '@kez-chat/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Answer, UsedSignatures } from './used-signatures.ts'

/** Performs a signed change once and sends its answer, or the first answer when the signature comes again. */
export const sendOnce = async (
  usedSignatures: UsedSignatures,
  request: FastifyRequest,
  reply: FastifyReply,
  change: () => Promise<Answer>,
): Promise<FastifyReply> => {
  if (!request.signature) throw new DomainError('forbidden', 'this needs the signature of the owner')
  const { status, body } = await usedSignatures.once(request.signature, change)
  return reply.code(status).send(body)
}
