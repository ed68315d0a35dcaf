import { DomainError } from '@kez-chat/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** `POST /v1/u/:handle` and the like as something that a path can be held against. */
const patternOf = (pattern: string, maxParamLength: number): RegExp =>
  new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[a-z]+/gi, `[^/]{1,${maxParamLength}}`)}$`)

/** 405 where the path exists with other methods, else 404. Routes with a wildcard do not count. */
export const createNotFoundHandler = (registered: ReadonlySet<string>, maxParamLength: number) => {
  let table: { method: string; pattern: RegExp }[] | undefined
  return (request: FastifyRequest, reply: FastifyReply): never => {
    table ??= [...registered]
      .filter((id) => !id.includes('*'))
      .map((id) => {
        const [method = '', path = ''] = id.split(' ')
        return { method, pattern: patternOf(path, maxParamLength) }
      })
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = table.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
    if (methods.length === 0) throw new DomainError('not_found', 'there is nothing at this address')
    reply.header('allow', [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', '))
    throw new DomainError('method_not_allowed', `this address takes ${methods.join(', ')}`)
  }
}
