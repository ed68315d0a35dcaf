import type { Client } from '@kez-chat/client'
import type { Report } from '../command.ts'
import { printable } from '../output/printable.ts'
import { fields } from '../output/table.ts'

type Profile = Awaited<ReturnType<Client['lookup']>>

/** A person as a server knows them. */
export const describeProfile = (profile: Profile): Report => ({
  data: profile,
  text: (paint) =>
    fields(paint, [
      ['handle', paint.bold(printable(profile.fqhn))],
      ['identity', profile.primary],
      ['status', profile.status === 'active' ? paint.good(profile.status) : paint.careful(profile.status)],
      ...(profile.rotated_to === undefined ? [] : [['rotated to', printable(profile.rotated_to)] as const]),
      ['since', profile.registered_at],
      ['sigchain', printable(profile.sigchain_url)],
      ...(profile.proofs.length === 0 ? [] : [['verified', profile.verified ? paint.good('yes') : 'no'] as const]),
      ...profile.proofs.map((proof) => ['says', describeProof(proof)] as const),
    ]),
})

/** What the server found when it looked, and when that was. */
const describeProof = ({ subject, status, reason, checked_at: at }: Profile['proofs'][number]): string => {
  const found = reason === undefined ? status : `${status}: ${printable(reason).replaceAll('_', ' ')}`
  return `${printable(subject)} (${at === undefined ? found : `${found}, looked at ${at}`})`
}
