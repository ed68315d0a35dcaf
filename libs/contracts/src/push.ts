import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { Hex32, PrimaryHex, Seq, Timestamp } from './primitives.ts'

/** Most devices of one person that are woken; beyond it the one that has failed longest gives way. */
export const maxSubscriptions = 20

/** Longest endpoint; the ones of today's push services have at most some 500 characters. */
const maxEndpointLength = 2_048

/** Where a push service takes pushes for one browser: https, without credentials or fragment. Whoever knows it may push. */
export const PushEndpoint = z
  .string()
  .max(maxEndpointLength)
  .regex(/^https:\/\/[^\s/?#@\\]+(\/[!-"$-[\]-~]*)?$/, 'must be an https URL without credentials or fragment')
  .refine((text) => URL.canParse(text), 'must be an https URL')

/** What names a subscription where its endpoint must not appear: hex(SHA-256(endpoint)). */
export const endpointFingerprint = (endpoint: string): string => bytesToHex(sha256(utf8ToBytes(endpoint)))

/** `applicationServerKey`: base64url of the uncompressed P-256 point. */
export const VapidKey = z.string().regex(/^B[A-Za-z0-9_-]{86}$/, 'must be an uncompressed P-256 point in base64url')

const label = z
  .string()
  .max(120)
  .regex(/^\P{Cc}*$/u, 'must be one line')
  .describe('How the person recognises the device, e.g. `Firefox on Android`')

/** `POST /v1/push/subscribe/:handle`: the JSON of a browser's `PushSubscription`; its keys are not kept, pushes are empty. */
export const SubscribeBody = z.object({
  endpoint: PushEndpoint,
  expirationTime: z.number().nullish(),
  keys: z.record(z.string(), z.string().max(200)).optional(),
  vapid_key: VapidKey.optional().describe('The `applicationServerKey` it was made with. Default: the current one'),
  label: label.optional(),
})
export type SubscribeBody = z.infer<typeof SubscribeBody>

/** `POST /v1/push/unsubscribe/:handle` and `POST /v1/push/test/:handle` */
export const EndpointBody = z.object({ endpoint: PushEndpoint })

/** `POST /v1/push/replace`: what a worker sends in `pushsubscriptionchange`, by right of knowing the old endpoint. */
export const ReplaceBody = z.object({
  old_endpoint: PushEndpoint,
  endpoint: PushEndpoint,
  vapid_key: VapidKey.optional().describe('The `applicationServerKey` of the new one. Default: the current one'),
})
export type ReplaceBody = z.infer<typeof ReplaceBody>

/** Why pushes to a subscription fail; stable, for interfaces to phrase their own words. */
export const PushFailure = z.enum([
  /** 404 or 410: the browser or the person ended it. */
  'gone',
  /** 401 or 403: the push service does not take the signature: key, subject or clock. */
  'not_authorised',
  'bad_subject',
  'key_mismatch',
  /** 400 or another 4xx. */
  'refused',
  'too_large',
  'rate_limited',
  /** 5xx */
  'service_error',
  'no_answer',
  'unreachable',
  'not_allowed',
])
export type PushFailure = z.infer<typeof PushFailure>

export const PushSubscriptionInfo = z.object({
  fingerprint: Hex32.describe('hex(SHA-256(endpoint))'),
  label: z.string(),
  push_service: z.string().describe('Host of the push service'),
  vapid_key: VapidKey,
  created_at: Timestamp,
  last_success: Timestamp.nullable(),
  last_failure: Timestamp.nullable(),
  failure: PushFailure.nullable().describe('Of the last failure, when nothing has succeeded since'),
  failure_status: z.int().nullable().describe('What the push service answered then'),
  last_receipt: Timestamp.nullable().describe('When the worker last said that a push had come'),
})
export type PushSubscriptionInfo = z.infer<typeof PushSubscriptionInfo>

/** `GET /v1/push/subscriptions/:handle`, and the answer to a subscription. */
export const PushSubscriptions = z.object({
  vapid_key: VapidKey.describe('The current key; a subscription with another one should be made anew'),
  subscriptions: z.array(PushSubscriptionInfo),
  removed: z
    .array(Hex32)
    .describe(
      'Fingerprints that their owner has removed from another device, newest first: they must not subscribe by themselves',
    ),
})
export type PushSubscriptions = z.infer<typeof PushSubscriptions>

/** The steps of a push, in order; each is looked at only when the ones before have passed. */
export const pushTestSteps = ['subscription_known', 'key_matches', 'endpoint_answered', 'worker_confirmed'] as const

export const PushTestStep = z.object({
  step: z.enum(pushTestSteps),
  outcome: z.enum(['passed', 'failed', 'waiting', 'skipped']),
  reason: PushFailure.or(z.enum(['unknown_subscription', 'no_receipt'])).optional(),
  status: z.int().optional().describe('What the push service answered'),
  detail: z.string().describe('English prose: what was found and what helps'),
})
export type PushTestStep = z.infer<typeof PushTestStep>

/** `POST /v1/push/test/:handle` */
export const PushTest = z.object({ ok: z.boolean(), steps: z.array(PushTestStep) })
export type PushTest = z.infer<typeof PushTest>

/** Commands to the push service. The gateway has checked that the request is signed by the owner of the inbox. */
export const SubscribeCommand = z.object({ inbox: PrimaryHex, ...SubscribeBody.shape })
export const InboxEndpointCommand = z.object({ inbox: PrimaryHex, ...EndpointBody.shape })
/** `kez.push.v1.drop`: the operator has barred this person; every device of theirs goes. Answers with how many there were. */
export const DropSubscriptionsCommand = z.object({ inbox: PrimaryHex })
export const DroppedSubscriptions = z.object({ devices: z.int().min(0) })

export const ForgetSubscriptionCommand = z.object({ inbox: PrimaryHex, fingerprint: Hex32 })
export const ListSubscriptionsCommand = z.object({ inbox: PrimaryHex })

/** `kez.push.v1.doctor`: how pushes stand on the whole server and, when an inbox is given, for one person. */
export const PushDoctorCommand = z.object({ inbox: PrimaryHex.optional(), probe: z.boolean().default(true) })

export const PushFinding = z.object({
  level: z.enum(['ok', 'warning', 'problem']),
  about: z.string(),
  detail: z.string(),
  cure: z.string().optional().describe('What helps, where `detail` does not say it'),
})
export type PushFinding = z.infer<typeof PushFinding>

/** What the push doctor found. It names no person and no endpoint. */
export const PushDoctorReport = z.object({ findings: z.array(PushFinding) })
export type PushDoctorReport = z.infer<typeof PushDoctorReport>

/** Value of the KV bucket `inbox-reads`: a client has read the inbox through this sequence. */
export const InboxRead = z.object({ through: Seq })

/** How long a push service keeps a push for a browser that is away, and how long a push is tried, ms. */
export const pushKeptFor = 24 * 3_600_000
