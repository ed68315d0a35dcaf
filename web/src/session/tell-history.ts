import { ApiError, type Client } from '@kez-chat/client'
import { maxProofs } from '@kez-chat/contracts'
import { activeSubjects, type Chain, IdentityError, type SigchainEvent, validateChain } from '@kez-chat/identity'
import type { MessagingKey } from '@kez-chat/messaging'
import type { Account } from '../storage/account.ts'
import { forgetEvents, readEvents } from '../storage/own-events.ts'
import type { Store } from '../storage/store.ts'

export type TellOptions = {
  readonly store: Store
  readonly key: MessagingKey
  readonly account: Account
  readonly client: Client
  readonly signal: AbortSignal
}

const seqOf = (event: unknown): number => (event as Partial<SigchainEvent> | null)?.payload?.seq ?? -1

/** As many events as follow each other from the first one on: one of them may have been damaged on the way. */
const wholePart = (
  events: readonly unknown[],
  { primary }: MessagingKey,
): { chain: Chain; events: SigchainEvent[] } | undefined => {
  const inOrder = events.toSorted((a, b) => seqOf(a) - seqOf(b))
  const broken = inOrder.findIndex((event, i) => seqOf(event) !== i)
  const sound = broken < 0 ? inOrder : inOrder.slice(0, broken)
  try {
    // What passes is a chain of such events.
    return { chain: validateChain(sound, primary), events: sound as SigchainEvent[] }
  } catch (error) {
    if (error instanceof IdentityError) return undefined
    throw error
  }
}

const lengthAt = async (client: Client, { primary }: MessagingKey, signal: AbortSignal): Promise<number> => {
  try {
    return (await client.sigchainHead(primary, { signal })).length
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return 0
    throw error
  }
}

/**
 * Tells the home server the own history that an import has brought, as far as it does not know it, and by which claims the
 * person is known. What does not reach it now is told when the app is opened next.
 */
export const tellHistory = async ({ store, key, account, client, signal }: TellOptions): Promise<void> => {
  const events = await readEvents(store)
  if (events.length === 0) return
  const known = wholePart(events, key)
  const there = await lengthAt(client, key, signal)
  if (known && there < known.events.length) {
    for (const event of known.events.slice(there)) await client.appendSigchain(event, { signal })
    const owner = { handle: account.handle, signer: key }
    if (there === 0) await client.setProofs(owner, activeSubjects(known.chain).slice(0, maxProofs), { signal })
  }
  signal.throwIfAborted()
  await forgetEvents(store)
}
