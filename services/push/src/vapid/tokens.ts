import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { VapidKeys } from './key-file.ts'

const hour = 3_600_000
/** RFC 8292 allows 24 h, and a clock that is somewhat slow must not make it more. */
const validFor = 12 * hour
const renewBefore = hour
const maxKnown = 1_000

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const privateKeyOf = ({ publicKey, privateKey }: VapidKeys): KeyObject => {
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d: privateKey } })
}

const header = base64url({ typ: 'JWT', alg: 'ES256' })

/** The `Authorization` of pushes to one push service (RFC 8292), for subscriptions that were made with one of the keys. */
export type VapidTokens = {
  /** @returns undefined when `vapidKey` is none of ours */
  authorisation(origin: string, vapidKey: string): string | undefined
}

/** Signs once per push service and key, and again an hour before that ends: signing is most of what a push costs. */
export const createVapidTokens = (keys: readonly VapidKeys[], subject: string, now = Date.now): VapidTokens => {
  const signers = new Map(keys.map((pair) => [pair.publicKey, privateKeyOf(pair)]))
  const known = new Map<string, { value: string; renewAt: number }>()
  return {
    authorisation: (origin, vapidKey) => {
      const signer = signers.get(vapidKey)
      if (!signer) return undefined
      const name = `${vapidKey} ${origin}`
      const at = now()
      const before = known.get(name)
      if (before && at < before.renewAt) return before.value
      const claims = base64url({ aud: origin, exp: Math.floor((at + validFor) / 1_000), sub: subject })
      const signature = sign('sha256', Buffer.from(`${header}.${claims}`), { key: signer, dsaEncoding: 'ieee-p1363' })
      const value = `vapid t=${header}.${claims}.${signature.toString('base64url')}, k=${vapidKey}`
      if (known.size >= maxKnown) known.clear()
      known.set(name, { value, renewAt: at + validFor - renewBefore })
      return value
    },
  }
}
