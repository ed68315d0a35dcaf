import { type Client, createClient, resolveServer } from '@kez-chat/client'

/** Clients of the own home server and of other people's. */
export type Servers = {
  readonly own: Client
  /** Unix ms by the own server's clock, which is asked once; by this device's, when it cannot be reached. */
  time(): Promise<number>
  /** The client of the home server at a URL. */
  at(baseUrl: string): Client
  /** The server of `handle@server` and the handle there; throws AddressError. */
  of(fullHandle: string): { client: Client; handle: string; server: string }
}

export const createServers = (
  ownServer: string,
  baseUrl = window.location.origin,
  /** Told how far this device's clock is ahead of the home server's, ms. */
  onSkew: (skew: number) => void = () => undefined,
): Servers => {
  const clients = new Map<string, Client>([[baseUrl, createClient({ baseUrl, onSkew })]])
  const clientAt = (url: string): Client => {
    const client = clients.get(url) ?? createClient({ baseUrl: url })
    clients.set(url, client)
    return client
  }
  const own = clientAt(baseUrl)
  let asked: Promise<unknown> | undefined
  return {
    own,
    at: clientAt,
    time: async () => {
      asked ??= own.health().catch(() => {
        asked = undefined
      })
      await asked
      return own.now()
    },
    of: (fullHandle) => {
      const address = resolveServer(fullHandle, { server: ownServer, baseUrl })
      return { client: clientAt(address.baseUrl), handle: address.handle, server: address.server }
    },
  }
}
