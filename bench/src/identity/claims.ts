import { verify } from 'node:crypto'
import { createClaim, verifyClaim } from '@kez-chat/identity'
import type { Bench } from '../frame/bench.ts'
import { bareSignature, benchKey, importKey, ratePerSecond, verifyBare } from './signed.ts'

// More keys than the library remembers, so that a walk through all of them finds none.
const ALL_KEYS = 5_000
const KNOWN_KEYS = 200
const WINDOW_MS = 500

/** Single claims, parsed and checked from end to end, beside nothing but the signature's equation. */
export const claims: Bench = {
  name: 'claims',
  describe: `claims verified per second of CPU time (by ${KNOWN_KEYS} keys seen before) vs bare native Ed25519 verify of the same signatures; cold: by keys never seen, vs importing the key and verifying; from_text: from JSON text`,
  unit: 'claims/s',
  better: 'higher',
  bar: 0.8,
  pairs: 11,
  prepare: async () => {
    const now = Date.now()
    const made = Array.from({ length: ALL_KEYS }, (_, n) => {
      const key = benchKey(n)
      const claim = createClaim({ subject: `github:alice-${n}`, createdAt: now }, key)
      return { claim, text: JSON.stringify(claim), ...bareSignature(claim, key.primary) }
    })
    const known = made.slice(0, KNOWN_KEYS)
    return {
      bare: async () => ({
        main: ratePerSecond(known, verifyBare, WINDOW_MS),
        cold: ratePerSecond(
          made,
          ({ message, signature, publicKey }) => verify(null, message, importKey(publicKey), signature),
          WINDOW_MS,
        ),
      }),
      ours: async () => ({
        main: ratePerSecond(known, ({ claim }) => verifyClaim(claim, now), WINDOW_MS),
        cold: ratePerSecond(made, ({ claim }) => verifyClaim(claim, now), WINDOW_MS),
        from_text: ratePerSecond(known, ({ text }) => verifyClaim(JSON.parse(text), now), WINDOW_MS),
      }),
      stop: async () => {},
    }
  },
}
