import { ApiError, type Client, createClient, NetworkError } from '@kez-chat/client'

/** The server of this page, for somebody who has no account at it yet. */
export const thisServer = (): Client => createClient({ baseUrl: window.location.origin, timeout: 8_000, retries: 1 })

/** Why a code does not admit, as a code of its own: the server's, or `offline`. */
export const codeOfTrouble = (error: unknown): string => {
  if (error instanceof ApiError) return error.code === 'unavailable' ? 'offline' : error.code
  return error instanceof NetworkError ? 'offline' : 'unexpected'
}

/** Undefined when it admits somebody, or when the server asks for none. */
export const judgeCode = async (client: Client, code: string | undefined): Promise<string | undefined> => {
  try {
    const { registration } = await client.health()
    if (registration !== 'invite') return undefined
    if (code === undefined) return 'invite_required'
    await client.checkInvite(code)
    return undefined
  } catch (error) {
    return codeOfTrouble(error)
  }
}
