import { DomainError, Handle, Primary, Profile, primaryHex } from '@kez-chat/contracts'
import { z } from 'zod'
import type { People } from '../directory/people.ts'
import type { HttpApp } from '../http/server.ts'
import { problems } from '../openapi/problems.ts'
import type { ProfileOf } from './profile.ts'

export const lookupRoutes = (app: HttpApp, { people, profileOf }: { people: People; profileOf: ProfileOf }) => {
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
      const entry = handle.success ? await people.byHandle(handle.data) : undefined
      if (!entry) throw new DomainError('not_found', 'nobody has this handle here')
      return profileOf(entry)
    },
  )

  app.get(
    '/v1/by-primary/:primary',
    {
      schema: {
        summary: 'Find a person by key',
        description: 'A key that was rotated has the status `rotated` and names the new one in `rotated_to`.',
        tags: ['people'],
        params: z.object({ primary: Primary }),
        response: { 200: Profile, ...problems('malformed', 'not_found', 'unavailable') },
      },
    },
    async (request) => {
      const entry = await people.byPrimary(primaryHex(request.params.primary))
      if (!entry) throw new DomainError('not_found', 'nobody has this key here')
      return profileOf(entry)
    },
  )
}
