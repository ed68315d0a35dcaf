import { type Chain, createEvent, formatTimestamp, type NewChange, type Signer } from '@kez-chat/identity'
import type { Report } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { fields } from '../output/table.ts'
import type { Session } from '../session.ts'
import { openChains } from './store.ts'

const nextTime = ({ lastCreatedAt = 0 }: Chain, now: number): number =>
  Math.max(lastCreatedAt, Math.floor(now / 1000) * 1000)

const checkGrows = ({ primary, status }: Chain): void => {
  if (status.kind === 'rotated')
    throw new CliError(EXIT.refused, 'identity_ended', `${primary} was rotated to ${status.to}; sign with the new key`)
  if (status.kind === 'revoked') throw new CliError(EXIT.refused, 'identity_ended', `${primary} has ended itself`)
}

/** Signs the next event of the key's chain and reports it. */
export const signNext = async (session: Session, key: Signer, change: (chain: Chain) => NewChange): Promise<Report> => {
  const chains = openChains(session)
  const stored = await chains.append(key.primary, (chain) => {
    checkGrows(chain)
    return createEvent(chain, change(chain), nextTime(chain, session.now()), key).envelope
  })
  const { chain, events } = stored
  const file = chains.pathOf(key.primary)
  const seq = chain.length - 1
  return {
    data: { primary: key.primary, seq, head: chain.head, event: events.at(-1), file },
    text: (paint) =>
      fields(paint, [
        ['identity', paint.bold(key.primary)],
        ['event', `${seq}, ${formatTimestamp(chain.lastCreatedAt ?? 0)}`],
        ['head', chain.head ?? ''],
        ['kept in', file],
      ]),
  }
}
