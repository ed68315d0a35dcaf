import { createHash } from 'node:crypto'
import { ApiError, type Client, createClient, resolveServer } from '@kez-chat/client'
import { type NatsClientOptions, openNatsClient } from '@kez-chat/client/nats'
import { parsePrimary, phraseToSeed, type SigningKey, signingKeyFromSeed } from '@kez-chat/identity'
import {
  createInner,
  createReplayGuard,
  MessageError,
  messagingKeyFromSeed,
  type OpenedMessage,
  open,
  type ReplayStore,
  seal,
} from '@kez-chat/messaging'

export type BotOptions = {
  /** The recovery phrase of the bot's identity. It has to have a handle at the home server. */
  readonly phrase: string
  /** Origin of the home server, e.g. `https://chat.example.org`. */
  readonly home: string
  /** Where its NATS is, and how to connect there. */
  readonly nats: Pick<NatsClientOptions, 'connect' | 'servers' | 'connection'>
  readonly seen: ReplayStore
  /** What to answer to a text; undefined for nothing. */
  readonly answer: (text: string) => string | undefined
  readonly say: (line: string) => void
}

export type Bot = { readonly handle: string; stop(): Promise<void> }

/** Somebody to whom an answer can be sent: their handle, and the server that confirms it is theirs. */
type Peer = { readonly handle: string; readonly client: Client; readonly isHome: boolean }

/** A bot that answers texts. It reads and sends by NATS; HTTP only tells it who has which handle. */
export const startBot = async ({ phrase, home, nats, seen, answer, say }: BotOptions): Promise<Bot> => {
  const seed = phraseToSeed(phrase)
  const [signer, key] = [signingKeyFromSeed(seed), messagingKeyFromSeed(seed)]
  const http = createClient({ baseUrl: home })
  const { server } = await http.health()
  const { handle } = await http.lookupPrimary(signer.primary).catch((cause: unknown) => {
    if (!(cause instanceof ApiError && cause.code === 'not_found')) throw cause
    throw new Error(`this identity has no handle at ${server}: take one with "kez register"`, { cause })
  })
  const guard = createReplayGuard(seen)
  await guard.sweep(Date.now())
  const client = await openNatsClient({ ...nats, server, signer })

  /** `from_handle` is only what the sender says: the server there has to name the same key. */
  const peerOf = async ({ inner }: OpenedMessage): Promise<Peer | undefined> => {
    const address = resolveServer(inner.from_handle, { server, baseUrl: home })
    const isHome = address.server === server
    const there = isHome ? http : createClient({ baseUrl: address.baseUrl })
    const profile = await there.lookup(address.handle)
    return parsePrimary(profile.primary) === inner.from ? { handle: address.handle, client: there, isHome } : undefined
  }

  const reply = async (message: OpenedMessage, text: string): Promise<void> => {
    const peer = await peerOf(message)
    if (!peer) return say('A message whose sender cannot be confirmed was left unanswered.')
    const envelope = await seal(answerTo(message, text, { signer, fromHandle: `${handle}@${server}` }), signer)
    const post = { to: peer.handle, envelope: { ...envelope } }
    await (peer.isHome ? client.send(post) : peer.client.postMessage(post))
  }

  const take = async (envelope: unknown, receivedAt: string): Promise<void> => {
    const message = await open(envelope, key, { now: Date.now(), receivedAt: Date.parse(receivedAt) })
    if (await guard.seen(message.inner.from, message.inner.id)) return
    const text = message.body.type === 'text' ? answer(message.body.text) : undefined
    if (text !== undefined) await reply(message, text)
    // Only now: had the bot died before, it would answer again, and the answer has the same id again.
    await guard.remember({ from: message.inner.from, innerId: message.inner.id, sentAt: message.sentAt })
  }

  const inbox = client.openInbox({
    onMessage: async ({ envelope, received_at }) => {
      try {
        if (envelope) await take(envelope, received_at)
      } catch (error) {
        if (!(error instanceof MessageError)) throw error
        say(`A message cannot be opened (${error.code}).`)
      }
    },
    onError: (error) => say(`Trying again: ${error instanceof Error ? error.message : String(error)}`),
  })
  return {
    handle: `${handle}@${server}`,
    stop: async () => {
      await inbox.close()
      await client.close()
    },
  }
}

/** An answer whose id follows from what it answers: sent twice, it is one message to whoever gets it. */
const answerTo = (
  { inner }: OpenedMessage,
  text: string,
  { signer, fromHandle }: { signer: SigningKey; fromHandle: string },
) =>
  createInner(
    { from: signer.primary, fromHandle, to: inner.from, body: { type: 'text', text }, sentAt: Date.now() },
    (length) => new Uint8Array(createHash('sha256').update(`answer to ${inner.id}`).digest().subarray(0, length)),
  )
