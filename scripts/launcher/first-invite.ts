import { formatTimestamp, invitationLink, inviteHash, newInvitationSecret } from '@kez-chat/identity'
import type { App } from '@kez-chat/runtime'

const goodForMs = 7 * 86_400_000

/**
 * A link for the very first person of a server that registers by invitation, since there is nobody yet who could
 * invite. Undefined when there is somebody.
 */
export const firstInvite = async (apps: readonly App[], origin: string): Promise<string | undefined> => {
  const route = apps.flatMap((app) => app.internalRoutes ?? []).find(({ path }) => path === '/internal/invites')
  const code = newInvitationSecret()
  const wish = {
    ...{ op: 'issue', first: true, uses: 1 },
    ...{ ...inviteHash(code), expires_at: formatTimestamp(Date.now() + goodForMs) },
  }
  const body = new TextEncoder().encode(JSON.stringify(wish))
  // From inside of the process nobody has to be shown a secret.
  const answer = await route?.handle({ body, headers: {}, hasClientCertificate: true })
  if (answer?.status !== 200) return undefined
  const { invites } = JSON.parse(answer.body) as { invites: unknown[] }
  return invites.length === 0 ? undefined : invitationLink(origin, { kind: 'code', code })
}
