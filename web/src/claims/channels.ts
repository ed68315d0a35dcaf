import { IdentityError, normaliseIdentifier, parseIdentifier } from '@kez-chat/identity'

/** Where a claim can be published and found again, the likeliest first. */
export const channels = ['dns', 'github', 'ap', 'bluesky', 'nostr', 'web'] as const
export type ChannelName = (typeof channels)[number]

const path = (typed: string, host: RegExp): string => typed.replace(host, '').replace(/[/?#].*$/, '')

/** What people copy from the address bar or write out of habit, as an identifier has it. */
const tidied: Readonly<Record<ChannelName, (typed: string) => string>> = {
  dns: (typed) =>
    path(typed, /^https?:\/\//i)
      .replace(/^_kez\./i, '')
      .replace(/\.$/, ''),
  web: (typed) => path(typed, /^https?:\/\//i),
  github: (typed) => path(typed, /^(https?:\/\/)?(www\.)?github\.com\//i).replace(/^@/, ''),
  bluesky: (typed) => path(typed, /^(https?:\/\/)?bsky\.app\/profile\//i),
  nostr: (typed) => typed.replace(/^nostr:/i, ''),
  ap: (typed) => typed.replace(/^(?:https?:\/\/)?([^/@\s]+)\/@([^/@\s]+)\/?$/i, '@$2@$1'),
}

/** The subject of a claim as it was typed for a channel; undefined when it is none of that channel's. */
export const subjectOf = (channel: ChannelName, typed: string): string | undefined => {
  try {
    return normaliseIdentifier(`${channel}:${tidied[channel](typed.trim())}`)
  } catch (error) {
    if (error instanceof IdentityError) return undefined
    throw error
  }
}

/** A subject taken apart: which channel, if any of ours, and what is named there. */
export const partsOf = (subject: string): { readonly channel: ChannelName | undefined; readonly value: string } => {
  const { system, value } = parseIdentifier(subject)
  const channel = channels.find((name) => name === system)
  return { channel, value: channel ? value : subject }
}
