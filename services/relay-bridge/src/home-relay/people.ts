import type { PrimaryHex } from '@kez-chat/contracts'

/** A registered person, as the home relay knows them. */
export type Person = {
  /** The address in `q` tags. */
  readonly address: string
  /** Whose inbox it is. */
  readonly inbox: PrimaryHex
}

export type People = {
  byAddress(address: string): Person | undefined
  /** The person to whom a transport key is bound (protocol §2). */
  byTransportKey(key: string): Person | undefined
}
