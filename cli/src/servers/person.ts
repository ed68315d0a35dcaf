import { type Client, createClient, resolveServer } from '@kez-chat/client'
import type { Handle } from '@kez-chat/identity'
import type { Call } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { connect, DEFAULT_SERVER, namedServer } from './connect.ts'

export type Addressed = {
  readonly handle: Handle
  readonly client: Client
  /** The server in the name, if there is one. */
  readonly server?: string
}

export const wrongServer = (baseUrl: string, own: string, meant: string): CliError =>
  new CliError(EXIT.refused, 'wrong_server', `${baseUrl} gives out names at ${own}, not at ${meant}`)

/**
 * Whom `alice` or `alice@example.org` means, and where to ask. A name without a server is one of the server asked for, or
 * of the local one. A name with a server is one of that server alone: another that was asked for by `--server` is refused,
 * another from the environment is passed over.
 */
export const addressOf = async (typed: string, call: Call): Promise<Addressed> => {
  const { handle, server, baseUrl } = resolveServer(typed, { server: 'localhost', baseUrl: DEFAULT_SERVER })
  const isFull = typed.trim().replace(/^@/, '').includes('@')
  const isAsked = namedServer(call) !== undefined
  if (!isFull) return { handle, client: connect(call) }
  const theirs = { handle, server, client: createClient({ baseUrl }) }
  if (!isAsked) return theirs
  const client = connect(call)
  const { server: own } = await client.health()
  if (own === server) return { handle, server, client }
  if (call.option('server') === undefined) return theirs
  throw wrongServer(client.baseUrl, own, server)
}
