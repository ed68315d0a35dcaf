import type { Arrival, MessageErrorCode, OpenedMessage } from '@kez-chat/messaging'

export type CipherWork =
  | { readonly verify: unknown }
  /** The worker knows whose key it is by the seed it was given first. */
  | { readonly open: unknown; readonly arrival: Arrival }
export type CipherQuestion = { readonly seed: Uint8Array } | { readonly n: number; readonly work: CipherWork }

export type CipherResult =
  | { readonly good: boolean }
  | { readonly opened: OpenedMessage }
  /** A message error crosses as its code and words: an error of a class of ours would arrive without its class. */
  | { readonly refused: MessageErrorCode; readonly message: string }
export type CipherAnswer = { readonly n: number; readonly result: CipherResult }
