import { type AnyPrimary, normaliseAnyPrimary } from '@kez-chat/identity'
import type { Call } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { openChains } from './store.ts'

/** The identity named on the command line, or the only one that has a chain here. */
export const chooseIdentity = async ({ args: [typed], session }: Call): Promise<AnyPrimary> => {
  if (typed !== undefined) return normaliseAnyPrimary(typed)
  const known = await openChains(session).list()
  const [only, ...more] = known
  if (only === undefined)
    throw new CliError(EXIT.usage, 'no_chain', 'there is no sigchain here yet', {
      hint: 'Begin one with "kez sigchain add".',
    })
  if (more.length > 0)
    throw new CliError(EXIT.usage, 'which_chain', `there are ${known.length} sigchains here`, {
      hint: `Name one: ${known.join(', ')}`,
    })
  return only
}
