import type { RelayState } from '@kez-chat/nostr-client'
import type { FileNews } from '../files/news.ts'
import type { Occasion } from '../profile/looking.ts'
import type { Connection } from './connection.ts'

/** What tabs of one browser tell each other. Tags are keyed hashes; nothing personal is said but which relays are in use. */
export type TabMessage =
  | { readonly type: 'unlocked' }
  | { readonly type: 'locked' }
  | { readonly type: 'erased' }
  /** Another tab needs the storage for itself, for as long as it holds the lock of `alone.ts`. */
  | { readonly type: 'taken' }
  /** Something in these conversations changed: read them again. None named = the list of what could not be opened. */
  | { readonly type: 'stored'; readonly conversations: readonly string[] }
  /** There is something to send. */
  | { readonly type: 'outbox' }
  /** What waits for its next attempt is tried at once. */
  | { readonly type: 'retry' }
  /** Confirmations that came while nobody listened are looked for. */
  | { readonly type: 'confirmations?' }
  /** This conversation was accepted: what waited for it is confirmed. */
  | { readonly type: 'accepted'; readonly conversation: string }
  | { readonly type: 'relays'; readonly relays: readonly RelayState[] }
  /** How far the files have come that are on their way. */
  | { readonly type: 'files'; readonly files: readonly FileNews[] }
  /** The own picture, or what was told of it, changed. */
  | { readonly type: 'picture' }
  /** The person has chosen another picture: it is published. */
  | { readonly type: 'picture!' }
  /** Somebody's picture is looked for. */
  | { readonly type: 'face?'; readonly conversation: string; readonly occasion: Occasion }
  | { readonly type: 'faces'; readonly conversations: readonly string[] }
  | { readonly type: 'account' }
  /** What was chosen about sending and receiving has changed. */
  | { readonly type: 'choices' }
  /** What is wanted of notifications changed. */
  | { readonly type: 'notifications' }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'connection?' }

export type Tabs = {
  post(message: TabMessage): void
  /** Listens to the other tabs until the signal aborts. */
  listen(take: (message: TabMessage) => void, signal?: AbortSignal): void
}

export const createTabs = (name = 'kez-chat'): Tabs => {
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    listen: (take, signal) =>
      channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => take(data), signal ? { signal } : {}),
  }
}
