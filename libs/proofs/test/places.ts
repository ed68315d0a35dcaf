import {
  type Claim,
  encodeCompact,
  encodeDnsTxt,
  encodeJson,
  encodeMarkdown,
  fromHex,
  nostrPrimaryOf,
} from '@kez-chat/identity'
import { type Counterparts, type HttpCounterpart, type HttpFault, signNostrEvent } from '@kez-chat/testkit'
import { defaultProofSettings, type ProofSettings } from '../src/index.ts'

export const WEB_HOST = 'alice.test'
export const FEDIVERSE_HOST = 'social.test'

/** BIP-340 test key 3: its x-only public key is the x coordinate of 3·G. */
export const NOSTR_SECRET = '3'.padStart(64, '0')
export const NOSTR_KEY = 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'

/** One place where proofs are published: how a person puts something there, and how it can fail. */
export interface Place {
  readonly name: string
  readonly subject: string
  readonly otherSubject: string
  /** As the result names the place; what varies is a pattern. */
  readonly shown: RegExp
  readonly publish: (all: Counterparts, claim: Claim) => Promise<void>
  /** Something that is meant as a claim and is none. */
  readonly scribble: (all: Counterparts) => Promise<void> | void
  /** The account or name exists and says nothing about keys. */
  readonly join: (all: Counterparts) => Promise<void> | void
  readonly details: {
    readonly nobody: string
    readonly nothing: string
    readonly malformed: string
    readonly limited: string
    readonly slow: string
    readonly broken: string
  }
  readonly fault: (all: Counterparts, kind: 'rate_limited' | 'slow' | 'broken') => void
}

const http = (pick: (all: Counterparts) => HttpCounterpart) => (all: Counterparts, kind: HttpFault) =>
  pick(all).fault(kind)

const brokenJson = 'the claim at PLACE does not hold: not valid JSON'

const event = (kind: number, content: string, tags: string[][] = []) =>
  signNostrEvent(NOSTR_SECRET, NOSTR_KEY, { kind, content, tags })

export const places: readonly Place[] = [
  {
    name: 'dns',
    subject: 'dns:alice.test',
    otherSubject: 'dns:bob.test',
    shown: /^TXT _kez\.alice\.test$/,
    publish: async ({ dns }, claim) => dns.setTxt('_kez.alice.test', await encodeDnsTxt(claim)),
    scribble: ({ dns }) => dns.setTxt('_kez.alice.test', 'kez:z1:AAAA'),
    join: ({ dns }) => dns.setAddresses('_kez.alice.test', '1.1.1.1'),
    details: {
      nobody: 'there is no _kez.alice.test in DNS',
      nothing: '_kez.alice.test has no TXT record',
      malformed: 'the claim at PLACE does not hold: not a zstd frame: it begins otherwise',
      limited: 'the DNS servers gave no answer about _kez.alice.test (EREFUSED)',
      slow: 'the DNS servers gave no answer about _kez.alice.test (ETIMEOUT)',
      broken: 'the DNS servers gave no answer about _kez.alice.test (ESERVFAIL)',
    },
    fault: ({ dns }, kind) => dns.fault(kind === 'slow' ? 'silent' : kind === 'broken' ? 'servfail' : 'refused'),
  },
  {
    name: 'github',
    subject: 'github:alice',
    otherSubject: 'github:bob',
    shown: /^https:\/\/gist\.github\.com\/Alice\/[0-9a-f]{32}$/,
    publish: async ({ github }, claim) => github.publishGist('Alice', { 'kez.md': encodeMarkdown(claim) }),
    scribble: ({ github }) => github.publishGist('Alice', { 'kez.md': '# me\n\n```kez\n{"kez":\n```\n' }),
    join: ({ github }) => github.publishGist('Alice', { 'notes.md': '# notes' }),
    details: {
      nobody: 'there is no GitHub account alice',
      nothing: 'GitHub account alice has neither a public gist with kez.md nor a README in alice/alice',
      malformed: brokenJson,
      limited: 'api.github.com answers no more requests for now',
      slow: 'api.github.com did not answer in time',
      broken: 'api.github.com answers with status 500',
    },
    fault: http(({ github }) => github),
  },
  {
    name: 'nostr',
    subject: nostrPrimaryOf(fromHex(NOSTR_KEY, 32)),
    otherSubject: 'github:bob',
    shown: /^nostr event [0-9a-f]{64}$/,
    publish: async ({ relay }, claim) => relay.publish(event(30_078, encodeJson(claim), [['d', 'kez']])),
    scribble: ({ relay }) => relay.publish(event(30_078, '{"kez":', [['d', 'kez']])),
    join: ({ relay }) => relay.publish(event(0, JSON.stringify({ name: 'alice', about: 'me' }))),
    details: {
      nobody: 'there is no claim in any place of SUBJECT',
      nothing: 'there is no claim in any place of SUBJECT',
      malformed: brokenJson,
      limited: 'the relays answer no more requests for now',
      slow: 'none of 1 relays answered',
      broken: 'none of 1 relays answered',
    },
    fault: ({ relay }, kind) => relay.fault(kind === 'slow' ? 'silent' : kind === 'broken' ? 'refusing' : kind),
  },
  {
    name: 'bluesky',
    subject: 'bluesky:alice.bsky.social',
    otherSubject: 'bluesky:bob.bsky.social',
    shown: /^at:\/\/did:plc:\w{24}\/app\.bsky\.feed\.post\/\w{13}$/,
    publish: async ({ bluesky }, claim) =>
      bluesky.post('alice.bsky.social', 'my keys', { card: `https://alice.test/#${await encodeCompact(claim)}` }),
    scribble: ({ bluesky }) => bluesky.post('alice.bsky.social', 'me: kez:z1:AAAA'),
    join: ({ bluesky }) => bluesky.post('alice.bsky.social', 'hello'),
    details: {
      nobody: 'there is no Bluesky account alice.bsky.social',
      nothing: 'there is no claim in any place of SUBJECT',
      malformed: 'the claim at PLACE does not hold: not a zstd frame: it begins otherwise',
      limited: 'public.api.bsky.app answers no more requests for now',
      slow: 'public.api.bsky.app did not answer in time',
      broken: 'public.api.bsky.app answers with status 500',
    },
    fault: http(({ bluesky }) => bluesky),
  },
  {
    name: 'ap',
    subject: 'ap:@alice@social.test',
    otherSubject: 'ap:@bob@social.test',
    shown: /^https:\/\/social\.test\/users\/alice$/,
    publish: async ({ activityPub }, claim) =>
      activityPub.setProfile('alice@social.test', { bio: `me\n\n${await encodeCompact(claim)}` }),
    scribble: ({ activityPub }) => activityPub.setProfile('alice@social.test', { bio: 'kez:z1:AAAA' }),
    join: ({ activityPub }) => activityPub.setProfile('alice@social.test', { bio: 'hello' }),
    details: {
      nobody: 'there is no account alice@social.test',
      nothing: 'there is no claim in any place of SUBJECT',
      malformed: 'the claim at PLACE does not hold: not a zstd frame: it begins otherwise',
      limited: 'social.test answers no more requests for now',
      slow: 'social.test did not answer in time',
      broken: 'social.test answers with status 500',
    },
    fault: http(({ activityPub }) => activityPub),
  },
  {
    name: 'web',
    subject: 'web:alice.test',
    otherSubject: 'web:bob.test',
    shown: /^https:\/\/alice\.test\/\.well-known\/kez\.json$/,
    publish: async ({ web }, claim) => web.publish(WEB_HOST, '/.well-known/kez.json', encodeJson(claim), 'text/plain'),
    scribble: ({ web }) => web.publish(WEB_HOST, '/.well-known/kez.json', '{"kez":'),
    join: ({ web }) => web.publish(WEB_HOST, '/', '<h1>Alice</h1>', 'text/html'),
    details: {
      nobody: 'PLACE does not exist',
      nothing: 'PLACE does not exist',
      malformed: brokenJson,
      limited: 'alice.test answers no more requests for now',
      slow: 'alice.test did not answer in time',
      broken: 'alice.test answers with status 500',
    },
    fault: http(({ web }) => web),
  },
]

/** Settings that lead every place to its counterpart. */
export const settingsFor = (all: Counterparts): ProofSettings => ({
  ...defaultProofSettings,
  relays: [all.relay.url],
  dnsServers: [all.dns.server],
  counterparts: all.hosts,
})
