import { ApiError, type Client } from '@kez-chat/client'
import { type AnyPrimary, type Chain, IdentityError, validateChain } from '@kez-chat/identity'
import { CliError, EXIT } from '../errors.ts'

const noneIfUnknown = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 'not_found') return undefined
  throw error
}

const readAll = async (client: Client, primary: AnyPrimary): Promise<unknown[]> => {
  const events: unknown[] = []
  for (let from: number | null = 0; from !== null; ) {
    const page: Awaited<ReturnType<Client['readSigchain']>> = await client.readSigchain(primary, { from })
    events.push(...page.events)
    // A server that does not move on would keep us for ever.
    if (page.next !== null && page.next !== from + page.events.length) break
    from = page.events.length === 0 ? null : page.next
  }
  return events
}

/** The sigchain of a key as a server has it, every event checked here; undefined when the server has none. */
export const fetchChain = async (client: Client, primary: AnyPrimary): Promise<Chain | undefined> => {
  const events = await readAll(client, primary).catch(noneIfUnknown)
  if (events === undefined) return undefined
  try {
    return validateChain(events, primary)
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    throw new CliError(
      EXIT.refused,
      'chain_invalid',
      `the sigchain at ${client.baseUrl} does not hold: ${error.message}`,
      {
        cause: error,
      },
    )
  }
}

/** Where the sigchain of a key stands at a server; undefined when the server has none. */
export const fetchHead = (client: Client, primary: AnyPrimary) => client.sigchainHead(primary).catch(noneIfUnknown)
