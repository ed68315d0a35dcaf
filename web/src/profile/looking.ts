import type { MessagingKey } from '@kez-chat/messaging'
import { KIND_PROFILE, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { RelayPool } from '@kez-chat/nostr-client'
import type { Conversation } from '../storage/conversation.ts'
import { listConversations, readConversation } from '../storage/conversations.ts'
import { changeFace, type Face, readFace as readStored, unknownFace } from '../storage/faces.ts'
import type { Store } from '../storage/store.ts'
import { isNewer } from './newer.ts'
import { openedFace, readFace } from './read-face.ts'

export type LookingOptions = {
  readonly store: Store
  readonly key: MessagingKey
  readonly pool: Pick<RelayPool, 'query' | 'states'>
  /** The relay of our own home server. */
  readonly homeRelay: string
  /** The relay of the home server that a confirmed handle names; undefined when it is our own or cannot be told. */
  readonly relayOf: (handle: string) => string | undefined
  /** Unix ms. */
  readonly now: () => number
  /** The pictures of these people changed. */
  readonly onFaces: (conversations: readonly string[]) => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

/** Why somebody's picture is looked for. */
export type Occasion =
  /** It has grown old. */
  | 'stale'
  /** Their conversation was opened, or they wrote. Their home server is not asked: it would learn when they are read. */
  | 'talk'
  /** Their page was opened. */
  | 'page'

const hour = 3_600_000
/** For how long the last answer does, ms: of a picture, and of one that cannot be seen yet. */
const patience: Readonly<Record<Occasion, readonly [seen: number, unseen: number]>> = {
  stale: [6 * hour, 6 * hour],
  talk: [10_000, 3_000],
  page: [10_000, 3_000],
}
const queryWithin = 5_000
const mostWaiting = 500

type Wanted = { readonly conversation: Conversation & { readonly nostr: string }; readonly face: Face }

const canAsk = (conversation: Conversation | undefined): conversation is Wanted['conversation'] =>
  conversation?.nostr !== undefined && conversation.standing !== 'blocked'

/** Looks for the profiles of people at relays, one person after the other, and keeps what they show. */
export const createLooking = (options: LookingOptions) => {
  const { store, key, pool, homeRelay, relayOf, now, signal } = options
  const waiting = new Map<string, Occasion>()
  let working: Promise<void> | undefined

  const isOld = ({ shown, asked_at: askedAt, nostr }: Face, occasion: Occasion, of: string): boolean => {
    const [seen, unseen] = patience[occasion]
    const isSeen = shown.kind === 'face' || shown.kind === 'open'
    return nostr !== of || Math.abs(now() - askedAt) > (isSeen ? seen : unseen)
  }

  const newest = (events: readonly NostrEvent[], nostr: string): NostrEvent | undefined =>
    events
      .filter(({ pubkey, kind }) => pubkey === nostr && kind === KIND_PROFILE)
      .reduce<NostrEvent | undefined>((best, event) => (isNewer(event, best) ? event : best), undefined)

  const query = async (nostr: string, where: { also?: string[]; only?: string[] }): Promise<NostrEvent | undefined> =>
    newest(
      await pool.query([{ kinds: [KIND_PROFILE], authors: [nostr] }], { withinMs: queryWithin, most: 20, ...where }),
      nostr,
    )

  /** People of our own server are asked for there first: then no other relay learns whom we know. */
  const ask = async (
    { nostr, handle }: Wanted['conversation'],
    occasion: Occasion,
  ): Promise<NostrEvent | undefined> => {
    const theirs = handle === undefined ? undefined : relayOf(handle)
    if (handle !== undefined && theirs === undefined) {
      const found = await query(nostr, { also: [homeRelay], only: [homeRelay] })
      if (found) return found
    }
    return query(nostr, theirs !== undefined && occasion !== 'talk' ? { also: [theirs] } : {})
  }

  const canBeReached = (): boolean => pool.states().some(({ own, phase }) => own && phase === 'live')

  const look = async ({ conversation, face }: Wanted, occasion: Occasion): Promise<void> => {
    const { tag, nostr, primary } = conversation
    const found = await ask(conversation, occasion)
    signal.throwIfAborted()
    const known = face.nostr === nostr ? face.event : undefined
    const event = found && (!known || isNewer(found, known)) ? found : undefined
    const shown = event ? await readFace(event, primary, key, face.keys, now()) : undefined
    signal.throwIfAborted()
    await changeFace(store, tag, (before) => {
      const mine = before.nostr === nostr ? before : { ...unknownFace, keys: before.keys }
      const asked = { ...mine, nostr, asked_at: now() }
      if (!event || !shown) return asked
      return { ...asked, shown, event: { id: event.id, created_at: event.created_at } }
    })
    if (shown) {
      await useKeys(tag)
      options.onFaces([tag])
    }
  }

  /** A key that came by message may open what is there. */
  const useKeys = async (tag: string): Promise<boolean> => {
    const face = await readStored(store, tag)
    const shown = face && (await openedFace(face))
    if (!shown) return false
    await changeFace(store, tag, (before) => (before.event?.id === face.event?.id ? { ...before, shown } : before))
    return true
  }

  const next = async (tag: string, occasion: Occasion): Promise<void> => {
    const conversation = await readConversation(store, tag)
    if (!canAsk(conversation)) return
    const face = (await readStored(store, tag)) ?? unknownFace
    if (isOld(face, occasion, conversation.nostr)) await look({ conversation, face }, occasion)
  }

  const work = async (): Promise<void> => {
    for (let first = [...waiting][0]; first && !signal.aborted && canBeReached(); first = [...waiting][0]) {
      const [tag, occasion] = first
      waiting.delete(tag)
      await next(tag, occasion).catch((error: unknown) => signal.aborted || options.onError(error))
    }
  }

  /** What could not be asked waits until a relay is there. */
  const go = (): void => {
    working ??= work().finally(() => {
      working = undefined
    })
  }

  const want = (tag: string, occasion: Occasion): void => {
    if (signal.aborted || (waiting.size >= mostWaiting && !waiting.has(tag))) return
    const before = waiting.get(tag)
    if (before === undefined || occasion === 'page') waiting.set(tag, occasion)
    go()
  }

  return {
    want,
    /** A relay has come. */
    resume: go,
    /** Everybody whose picture was last asked for long ago. */
    sweep: async (): Promise<void> => {
      for (const conversation of (await listConversations(store)).toReversed()) want(conversation.tag, 'stale')
    },
    /** A key of their picture has come by message. */
    keyCame: async (tag: string): Promise<void> => {
      if (await useKeys(tag)) options.onFaces([tag])
    },
    settled: async (): Promise<void> => {
      await working
    },
  }
}
