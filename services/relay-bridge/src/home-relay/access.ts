import { relayMailKinds } from '@kez-chat/contracts'
import { KIND_DELETION, KIND_VANISH } from '@kez-chat/messaging/nostr'
import { type Filter, tagOf } from './filter.ts'
import { listKinds } from './kinds.ts'

/** Where to look for what a filter asks for, as far as the asker may see it. */
export type Plan = {
  filter: Filter
  /** The asker's own address, when mail is asked for. */
  mail: string | undefined
  /** Whose lists, and of which kinds. */
  lists: { authors: ReadonlySet<string>; kinds: readonly number[] } | undefined
}

/** Who asks: the transport keys they have shown to hold, and the addresses of the people these are bound to. */
export type Viewer = { keys: ReadonlySet<string>; addresses: ReadonlySet<string> }

/** Not to be read, or not by this asker; the message begins with a prefix of NIP-01. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable'
}

const publicKinds: readonly number[] = [...listKinds, KIND_DELETION, KIND_VANISH]

/** Mail is asked for by its kinds, or by what only mail has, or by ids alone. */
const asksForMail = (filter: Filter): boolean => {
  if (filter.kinds) return relayMailKinds.some((kind) => filter.kinds?.has(kind))
  return ['q', 'e', 'p'].some((name) => tagOf(filter, name)) || (filter.ids !== undefined && !filter.authors)
}

const mailAddress = (filter: Filter, { keys, addresses }: Viewer): string => {
  if (keys.size === 0) throw new NotReadable('auth-required: messages are read by whom they are for')
  const wanted = [...(tagOf(filter, 'q') ?? addresses)]
  const [address, ...others] = wanted
  if (address === undefined || !wanted.every((one) => addresses.has(one)))
    throw new NotReadable('restricted: these messages are not for the authenticated key, or it is bound to nobody here')
  if (others.length > 0) throw new NotReadable('restricted: one address (#q) in a filter')
  return address
}

/**
 * What of a filter is answered to whom (protocol §4): lists of named authors to anybody, messages and acks to the person they
 * are for.
 * @throws {NotReadable}
 */
export const planOf = (filter: Filter, viewer: Viewer): Plan => {
  const mail = asksForMail(filter) ? mailAddress(filter, viewer) : undefined
  const kinds = publicKinds.filter((kind) => filter.kinds?.has(kind) ?? filter.authors !== undefined)
  if (kinds.length > 0 && !filter.authors)
    throw new NotReadable('restricted: profiles and lists are read by their authors')
  if (mail === undefined && kinds.length === 0)
    throw new NotReadable('restricted: this relay has messages for people of its server, and their profiles and lists')
  return { filter, mail, lists: kinds.length > 0 && filter.authors ? { authors: filter.authors, kinds } : undefined }
}
