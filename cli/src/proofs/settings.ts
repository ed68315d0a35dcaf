import { defaultProofSettings, type ProofSettings, proofSetting } from '@kez-chat/proofs'
import { usageError } from '../errors.ts'
import type { Session } from '../session.ts'

type Parser<T> = {
  safeParse(text: string): { success: true; data: T } | { success: false; error: { issues: { message: string }[] } }
}

const setting = <T>({ env }: Session, name: string, parser: Parser<T>): T | undefined => {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const parsed = parser.safeParse(text)
  if (parsed.success) return parsed.data
  throw usageError(`${name} ${parsed.error.issues[0]?.message ?? 'is not as agreed'}`)
}

/** Which services are asked for proofs, and where: the public ones, unless the environment names others. */
export const proofSettings = (session: Session): ProofSettings => {
  const dohUrl = setting(session, 'KEZ_PROOF_DOH', proofSetting.baseUrl)
  return {
    ...defaultProofSettings,
    githubApi: setting(session, 'KEZ_PROOF_GITHUB_API', proofSetting.baseUrl) ?? defaultProofSettings.githubApi,
    blueskyApi: setting(session, 'KEZ_PROOF_BLUESKY_API', proofSetting.baseUrl) ?? defaultProofSettings.blueskyApi,
    relays: setting(session, 'KEZ_PROOF_RELAYS', proofSetting.relays) ?? defaultProofSettings.relays,
    dnsServers: setting(session, 'KEZ_PROOF_DNS', proofSetting.dnsServers) ?? defaultProofSettings.dnsServers,
    counterparts: setting(session, 'KEZ_PROOF_COUNTERPARTS', proofSetting.counterparts) ?? {},
    ...(dohUrl === undefined ? {} : { dohUrl }),
  }
}
