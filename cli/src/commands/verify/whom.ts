import type { Client } from '@kez-chat/client'
import { type AnyPrimary, isAnyPrimary, normaliseIdentifier, parseAnyPrimary } from '@kez-chat/identity'
import { type ProofResult, verifyProof } from '@kez-chat/proofs'
import type { Call } from '../../command.ts'
import { proofSettings } from '../../proofs/settings.ts'
import { connect } from '../../servers/connect.ts'
import { addressOf } from '../../servers/person.ts'

/** Whose chain is to be read, where, and how the identifier led there. */
export type Whom =
  | { readonly kind: 'identity'; readonly primary: AnyPrimary; readonly client: Client; readonly handle?: string }
  | { readonly kind: 'unproven'; readonly result: ProofResult }

const SYSTEM = /^\s*[a-z][a-z0-9+.-]*:/i

const byHandle = async (typed: string, call: Call): Promise<Whom> => {
  const { handle, client } = await addressOf(typed, call)
  const profile = await client.lookup(handle)
  return { kind: 'identity', primary: parseAnyPrimary(profile.primary), client, handle: profile.fqhn }
}

/** An account or a domain leads to the key that signed the claim there. */
const bySubject = async (subject: string, call: Call): Promise<Whom> => {
  const { session } = call
  const result = await verifyProof({ subject, settings: proofSettings(session), now: session.now() })
  if (result.status === 'failed') return { kind: 'unproven', result }
  return { kind: 'identity', primary: parseAnyPrimary(result.primary), client: connect(call) }
}

/** Finds the identity behind `ed25519:…`, `nostr:npub1…`, a handle, or a subject such as `dns:example.org`. */
export const findWhom = async (typed: string, call: Call): Promise<Whom> => {
  if (!SYSTEM.test(typed)) return byHandle(typed, call)
  const identifier = normaliseIdentifier(typed)
  if (isAnyPrimary(identifier)) return { kind: 'identity', primary: identifier, client: connect(call) }
  return bySubject(identifier, call)
}
