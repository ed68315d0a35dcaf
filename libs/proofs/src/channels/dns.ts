import { lookupTxt } from '#txt'
import { ProofFailure } from '../result.ts'
import type { Channel } from './channel.ts'

/** TXT records at `_kez.<domain>`, each with its segments joined. */
export const dnsChannel: Channel = async function* (domain, context) {
  const name = `_kez.${domain}`
  const answer = await lookupTxt(name, context)
  if (answer.kind === 'no_such_name') throw new ProofFailure('not_found', `there is no ${name} in DNS`)
  if (answer.texts.length === 0) throw new ProofFailure('not_found', `${name} has no TXT record`)
  for (const text of answer.texts) yield { text, place: `TXT ${name}`, dedicated: true }
}
