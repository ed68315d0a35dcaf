import { DomainError, Handle, Primary, Profile, primaryHex } from '@kez-chat/contracts'
import { z } from 'zod'
import type { Directory } from '../directory/directory.ts'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'
import type { ProfileOf } from './profile.ts'

export const lookupRoutes = (
  app: HttpApp,
  { directory, profileOf }: { directory: Directory; profileOf: ProfileOf },
) => {
  app.get(
    '/v1/u/:handle',
    {
      schema: {
        summary: 'Find a person by handle',
        tags: ['people'],
        params: z.object({ handle: z.string() }),
        response: { 200: Profile, ...problems('not_found', 'unavailable') },
      },
    },
    async (request) => {
      const handle = Handle.safeParse(request.params.handle)
      const entry = handle.success ? await directory.byHandle(handle.data) : undefined
      if (!entry) throw new DomainError('not_found', 'nobody has this handle here')
      return profileOf(entry)
    },
  )

  app.get(
    '/v1/by-primary/:primary',
    {
      schema: {
        summary: 'Find a person by key',
        tags: ['people'],
        params: z.object({ primary: Primary }),
        response: { 200: Profile, ...problems('malformed', 'not_found', 'unavailable') },
      },
    },
    async (request) => {
      const entry = await directory.byPrimary(primaryHex(request.params.primary))
      if (!entry) throw new DomainError('not_found', 'nobody has this key here')
      return profileOf(entry)
    },
  )
}
