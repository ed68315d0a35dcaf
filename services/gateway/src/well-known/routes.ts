import { DomainError, Handle, NostrJson, WebFinger } from '@kez-chat/contracts'
import { z } from 'zod'
import type { People } from '../directory/people.ts'
import type { HttpApp } from '../http/server.ts'
import type { ProfileOf } from '../lookup/profile.ts'
import { problems } from '../openapi/problems.ts'
import { accountIn, describe } from './webfinger.ts'

export type WellKnownOptions = { people: People; profileOf: ProfileOf; server: string; publicUrl: () => string }

export const wellKnownRoutes = (app: HttpApp, { people, profileOf, server, publicUrl }: WellKnownOptions) => {
  const find = async (name: string) => {
    const handle = Handle.safeParse(name)
    return handle.success ? people.byHandle(handle.data) : undefined
  }

  app.get(
    '/.well-known/webfinger',
    {
      schema: {
        summary: 'RFC 7033 for acct: addresses of this server',
        tags: ['people'],
        querystring: z.object({
          resource: z.string().min(1).max(600),
          rel: z.union([z.string().max(600), z.array(z.string().max(600)).max(20)]).optional(),
        }),
        response: {
          200: { description: 'The person', content: { 'application/jrd+json': { schema: WebFinger } } },
          ...problems('malformed', 'not_found', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { resource, rel } = request.query
      const account = accountIn(resource)
      const entry = account?.server === server ? await find(account.handle) : undefined
      if (!entry) throw new DomainError('not_found', 'this server has no such account')
      const document = describe(await profileOf(entry), publicUrl(), rel === undefined ? undefined : [rel].flat())
      return reply.type('application/jrd+json').send(document)
    },
  )

  app.get(
    '/.well-known/nostr.json',
    {
      schema: {
        summary: 'NIP-05 for bound nostr transport keys',
        tags: ['people'],
        querystring: z.object({ name: z.string().max(100).optional() }),
        response: { 200: NostrJson, ...problems('malformed', 'unavailable') },
      },
    },
    async (request) => {
      const { name } = request.query
      const entry = name === undefined ? undefined : await find(name.toLowerCase())
      const key = entry?.status === 'active' ? entry.nostr : undefined
      return { names: entry === undefined || key === undefined ? {} : { [entry.handle]: key } }
    },
  )
}
