import { z } from 'zod'
import type { HttpSettings } from './http/http-get.ts'

/** Which services are asked, and where. All of it is the operator's choice; strangers choose only subjects. */
export interface ProofSettings extends HttpSettings {
  /** Origin and base path of the GitHub REST API. */
  readonly githubApi: string
  /** Origin of a Bluesky AppView that answers without login. */
  readonly blueskyApi: string
  /** Nostr relays asked for events, `wss://` or `ws://`. */
  readonly relays: readonly string[]
  /** An RFC 8484 endpoint to ask for TXT records; without one the server asks DNS itself, the browser Cloudflare. */
  readonly dohUrl?: string
  /** For everything about one proof, ms. */
  readonly totalMs: number
}

export const defaultProofSettings: ProofSettings = Object.freeze({
  githubApi: 'https://api.github.com',
  blueskyApi: 'https://public.api.bsky.app',
  relays: [
    'wss://relay.damus.io',
    'wss://nos.lol',
    'wss://relay.primal.net',
    'wss://relay.snort.social',
    'wss://nostr.wine',
  ],
  dnsServers: [],
  counterparts: {},
  timeoutMs: 10_000,
  totalMs: 20_000,
})

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const httpOrigin = /^https?:\/\/[^/?#@\s]+$/
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const dnsServer = new RegExp(`^(${octet}(\\.${octet}){3}|\\[[0-9a-fA-F:]+\\]|[0-9a-fA-F:]+)(:\\d{1,5})?$`)

/** Parsers for texts of settings, to be used with the name of the variable; messages finish the sentence "<ENV> …". */
export const proofSetting = {
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .transform((url) => url.replace(/\/+$/, '')),
  relays: z
    .string()
    .transform(list)
    .refine(
      (all) => all.every((url) => /^wss?:\/\//.test(url) && URL.canParse(url)),
      'must be ws:// or wss:// URLs, comma-separated',
    ),
  dnsServers: z
    .string()
    .transform(list)
    .refine(
      (all) => all.every((server) => dnsServer.test(server)),
      'must be addresses like 127.0.0.1:53, comma-separated',
    ),
  counterparts: z
    .string()
    .transform((text) => list(text).map((entry) => entry.split('=')))
    .refine(
      (all) => all.every(([host, origin, more]) => host !== '' && httpOrigin.test(origin ?? '') && more === undefined),
      'must be host=http://address:port, comma-separated',
    )
    .transform(
      (all): Record<string, string> => Object.fromEntries(all.map(([host, origin]) => [host ?? '', origin ?? ''])),
    ),
} as const
