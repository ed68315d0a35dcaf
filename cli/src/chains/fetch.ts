import { ApiError, type Client, readWholeSigchain } from '@kez-chat/client'
import { type AnyPrimary, type Chain, IdentityError, validateChain } from '@kez-chat/identity'
import { CliError, EXIT } from '../errors.ts'

const noneIfUnknown = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 'not_found') return undefined
  throw error
}

/** The sigchain of a key as a server has it, every event checked here; undefined when the server has none. */
export const fetchChain = async (client: Client, primary: AnyPrimary): Promise<Chain | undefined> => {
  const events = await readWholeSigchain(client, primary).catch(noneIfUnknown)
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
