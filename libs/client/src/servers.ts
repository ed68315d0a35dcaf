import { type Handle, normaliseFullHandle } from '@kez-chat/identity'

/** Where a person lives. */
export type Address = {
  handle: Handle
  /** The domain behind the `@`. */
  server: string
  /** Origin of that server. */
  baseUrl: string
}

/**
 * Finds the server of `bob`, `@bob` or `bob@example.org`. A bare handle and one of our own server stay at our own
 * origin; another server is reached by https, and by http only on `localhost`.
 * @throws IdentityError `handle_invalid`, `malformed` (the server's part)
 */
export const resolveServer = (written: string, own: { server: string; baseUrl: string }): Address => {
  const { handle, server } = normaliseFullHandle(written, own.server)
  if (server === own.server) return { handle, server, baseUrl: own.baseUrl }
  const local = server === 'localhost' || server.startsWith('localhost:')
  return { handle, server, baseUrl: `${local ? 'http' : 'https'}://${server}` }
}
