import type { OpenSecrets } from '../session/persistent.ts'
import type { Session } from '../session/session.ts'
import type { StorageErrorCode } from '../storage/errors.ts'

export type BlockReason =
  | StorageErrorCode
  | 'insecure'
  | 'outdated'
  | 'not_loaded'
  /** Another tab runs an older version and does not let go of the storage. */
  | 'other_tab'
  /** Another tab has brought a newer version. */
  | 'superseded'
  /** The stored data was deleted while the app was open. */
  | 'cleared'

/** What is missing where an identity was. */
export type Loss =
  /** Nothing is left. */
  | 'everything'
  /** Messages are left, but no key to them. */
  | 'keys'
  /** Everything is there but what the passphrase opens. */
  | 'lock'
  /** The identity is there, other records are not. */
  | 'messages'
  /** What is here was stored under another key. */
  | 'foreign'

/** Where the app as a whole stands. */
export type Phase =
  | { readonly name: 'starting' }
  /** It cannot run in this browser, or at this address. */
  | { readonly name: 'blocked'; readonly reason: BlockReason }
  /** No identity on this device. */
  | { readonly name: 'new' }
  /** The browser has lost a part of what was stored. */
  | { readonly name: 'lost'; readonly what: Loss; readonly secrets?: OpenSecrets }
  | { readonly name: 'locked' }
  /** Everything goes into a file or comes out of one, here or in another tab: nobody else touches the storage. */
  | { readonly name: 'moving'; readonly here: boolean }
  | { readonly name: 'open'; readonly session: Session }
