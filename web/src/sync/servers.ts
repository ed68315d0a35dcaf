import { type Client, createClient, resolveServer } from '@kez-chat/client'

/** Clients of the own home server and of other people's. */
export type Servers = {
  readonly own: Client
  /** The server of `handle@server` and the handle there; throws AddressError. */
  of(fullHandle: string): { client: Client; handle: string; server: string }
}

export const createServers = (ownServer: string, baseUrl = window.location.origin): Servers => {
  const clients = new Map<string, Client>([[baseUrl, createClient({ baseUrl })]])
  const clientAt = (url: string): Client => {
    const client = clients.get(url) ?? createClient({ baseUrl: url })
    clients.set(url, client)
    return client
  }
  return {
    own: clientAt(baseUrl),
    of: (fullHandle) => {
      const address = resolveServer(fullHandle, { server: ownServer, baseUrl })
      return { client: clientAt(address.baseUrl), handle: address.handle, server: address.server }
    },
  }
}
