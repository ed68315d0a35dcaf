import { createClient } from '@kez-chat/client'
import { createRegistration, parseNewHandle, parsePrimary, randomBytes } from '@kez-chat/identity'
import { createInner, messagingKeyFromSeed, seal } from '@kez-chat/messaging'

type SendOptions = {
  readonly fromHandle?: string
  readonly sentAt?: number
  /** Hash of the message before. */
  readonly prev?: string
}

/** Somebody on the same server who uses another program than the web app. */
export const otherProgram = async (url: string, handle: string, invite?: string) => {
  const key = messagingKeyFromSeed(randomBytes(32))
  const client = createClient({ baseUrl: url })
  const wish = { handle: parseNewHandle(handle), server: 'localhost', createdAt: Date.now() }
  await client.register(createRegistration(wish, key), { invite })
  return {
    key,
    client,
    /** Seals and posts a body, dated `sentAt`, under a name that need not be theirs. */
    send: async (
      to: string,
      body: { type: string; [name: string]: unknown },
      { fromHandle = `${handle}@localhost`, sentAt = Date.now(), prev }: SendOptions = {},
    ): Promise<void> => {
      const { primary } = await client.lookup(to)
      const inner = createInner({
        from: key.primary,
        fromHandle,
        to: parsePrimary(primary),
        body,
        sentAt,
        ...(prev === undefined ? {} : { prev }),
      })
      await client.postMessage({ to, envelope: { ...(await seal(inner, key)) } })
    },
    /** Posts something that no key opens. */
    sendJunk: async (to: string): Promise<void> => {
      const envelope = { v: 2, eph: '09'.padEnd(64, '0'), nonce: '0'.repeat(24), ct: 'A'.repeat(1_000) }
      await client.postMessage({ to, envelope })
    },
  }
}
