import { DomainError, maxBodyBytes } from '@kez-chat/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { checkJson } from './check-json.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for signatures over it. */
    rawBody: Buffer
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const nothing = Buffer.alloc(0)

const parse = (bytes: Buffer): unknown => {
  if (bytes.length === 0) return undefined
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch (cause) {
    throw new DomainError('malformed', 'the body is not UTF-8', { cause })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new DomainError('malformed', 'the body is not JSON', { cause })
  }
  checkJson(value)
  return value
}

/** JSON is the only body there is: at most 512 KiB, strict UTF-8. Everything else is 415. */
export const useJsonBodies = (app: FastifyInstance): void => {
  app.decorateRequest('rawBody')
  app.addHook('onRequest', async (request) => {
    request.rawBody = nothing
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    async (request: FastifyRequest, bytes: Buffer) => {
      request.rawBody = bytes
      return parse(bytes)
    },
  )
}
