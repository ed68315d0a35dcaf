import { type Chain, formatTimestamp, type SubjectState } from '@kez-chat/identity'
import type { Report } from '../command.ts'
import type { Paint } from '../output/paint.ts'
import { printable } from '../output/printable.ts'
import { fields, table } from '../output/table.ts'

/** The chain's standing in a few words. */
export const statusText = ({ status }: Chain, paint: Paint): string => {
  if (status.kind === 'rotated') return paint.careful(`rotated to ${status.to}`)
  return status.kind === 'revoked' ? paint.bad('revoked, for ever') : paint.good('active')
}

const claimNote = ({ claim, reason }: SubjectState): string => {
  if (reason !== undefined) return printable(reason)
  if (claim === undefined) return ''
  return claim.expiresAt === undefined ? 'with its claim' : `with its claim, until ${formatTimestamp(claim.expiresAt)}`
}

export const chainData = (chain: Chain) => ({
  primary: chain.primary,
  status: chain.status.kind,
  ...(chain.status.kind === 'rotated' ? { rotated_to: chain.status.to } : {}),
  length: chain.length,
  head: chain.head,
  subjects: [...chain.subjects].map(([subject, { status, seq, since, reason, claim }]) => ({
    subject,
    status,
    seq,
    since: formatTimestamp(since),
    ...(reason === undefined ? {} : { reason }),
    ...(claim?.expiresAt === undefined ? {} : { expires_at: formatTimestamp(claim.expiresAt) }),
  })),
})

/** A chain for people and machines. */
export const describeChain = (chain: Chain): Report => ({
  data: chainData(chain),
  text: (paint) => {
    const rows = [...chain.subjects].map(([subject, state]) => [
      subject,
      state.status === 'active' ? paint.good('active') : paint.careful('revoked'),
      formatTimestamp(state.since),
      claimNote(state),
    ])
    return [
      fields(paint, [
        ['identity', paint.bold(chain.primary)],
        ['status', statusText(chain, paint)],
        ['events', `${chain.length}, the last one ${chain.head ?? ''}`],
      ]),
      rows.length === 0 ? '' : `\n${table(paint, ['subject', 'status', 'since', 'note'], rows)}`,
    ].join('')
  },
})
