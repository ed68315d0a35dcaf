import { createPublicKey, verify } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Why a push is refused, as RFC 8030 and RFC 8292 have it. */
export type PushRefusal = { readonly status: 400 | 401 | 403 | 413; readonly body: string }

export type CheckedPush = {
  readonly ttl: number
  readonly topic: string | undefined
  readonly urgency: string
  /** Who may be asked about it: the `sub` of the signature. */
  readonly subject: string
}

const longestTtl = 28 * 86_400
const longestLife = 24 * 3_600

const refuse = (status: PushRefusal['status'], body: string): PushRefusal => ({ status, body })

const json = (part: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
  } catch {
    return {}
  }
}

const isSigned = (signed: string, signature: string, key: string): boolean => {
  const point = Buffer.from(key, 'base64url')
  if (point.length !== 65 || point[0] !== 4) return false
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  try {
    const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } })
    const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    return verify('sha256', Buffer.from(signed), options, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** RFC 8292: ES256, for this push service, alive for a day at most, with a contact; by the key of the subscription. */
const checkVapid = (
  authorization: string | undefined,
  audience: string,
  boundTo: string | undefined,
  now: number,
): PushRefusal | { subject: string } => {
  const [, token = '', key = ''] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/i.exec(authorization ?? '') ?? []
  if (token === '') return refuse(401, 'a VAPID signature is needed')
  const [header = '', claims = '', signature = ''] = token.split('.')
  const { alg } = json(header)
  const { aud, exp, sub } = json(claims)
  if (alg !== 'ES256' || !isSigned(`${header}.${claims}`, signature, key)) return refuse(403, 'BadJwtToken: signature')
  if (aud !== audience) return refuse(403, `BadJwtToken: aud is not ${audience}`)
  const left = typeof exp === 'number' ? exp - now / 1_000 : 0
  if (left <= 0 || left > longestLife) return refuse(403, 'BadJwtToken: exp is past or more than a day ahead')
  if (typeof sub !== 'string' || !/^(mailto:[^\s@<>]+@[^\s@<>]+|https:\/\/[^\s]+)$/.test(sub))
    return refuse(403, 'BadJwtToken: sub is no mailto: or https:')
  if (boundTo !== undefined && key !== boundTo)
    return refuse(
      403,
      'the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.',
    )
  return { subject: sub }
}

/** Judges the head of a push to a subscription that is bound to a VAPID key. */
export const checkPush = (
  headers: IncomingHttpHeaders,
  boundTo: string | undefined,
  now: number,
): PushRefusal | CheckedPush => {
  const vapid = checkVapid(headers.authorization, `https://${headers.host ?? ''}`, boundTo, now)
  if ('status' in vapid) return vapid
  const { ttl, topic, urgency = 'normal' } = headers
  if (typeof ttl !== 'string' || !/^\d{1,10}$/.test(ttl)) return refuse(400, 'TTL is missing or no number')
  if (topic !== undefined && (typeof topic !== 'string' || !/^[\w-]{1,32}$/.test(topic)))
    return refuse(400, 'Topic is not 1 to 32 characters of base64url')
  if (typeof urgency !== 'string' || !['very-low', 'low', 'normal', 'high'].includes(urgency))
    return refuse(400, 'Urgency is none of the four')
  return { ttl: Math.min(Number(ttl), longestTtl), topic, urgency, subject: vapid.subject }
}
