import { type Client, createClient, resolveServer } from '@kez-chat/client'
import type { Handle } from '@kez-chat/identity'
import type { Call } from '../command.ts'
import { connect, DEFAULT_SERVER, namedServer } from './connect.ts'

export type Addressed = {
  readonly handle: Handle
  readonly client: Client
  /** What stands behind the `@`, if something does. */
  readonly server?: string
}

/**
 * Whom `alice` or `alice@example.org` means, and where to ask: the server named by an option, else the one behind the
 * `@`, else the local one.
 */
export const addressOf = (typed: string, call: Call): Addressed => {
  const { handle, server, baseUrl } = resolveServer(typed, { server: 'localhost', baseUrl: DEFAULT_SERVER })
  const client = namedServer(call) === undefined ? createClient({ baseUrl }) : connect(call)
  return { handle, client, ...(typed.trim().replace(/^@/, '').includes('@') ? { server } : {}) }
}
