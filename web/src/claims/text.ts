import { claimEncodingOf, encodeClaim, encodeDnsTxt } from '@kez-chat/identity'
import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core'
import type { OwnClaim } from '../storage/claims.ts'
import { partsOf } from './channels.ts'

/** What is to be published, and under which name where that is not the text's own. */
export type ClaimText = {
  readonly text: string
  /** A TXT record: its name, and all of it as a line of a zone file. */
  readonly record?: { readonly name: string; readonly zone: string }
}

const write = async ({ subject, claim }: OwnClaim): Promise<ClaimText> => {
  const encoding = claimEncodingOf(subject)
  const text = (await encodeClaim[encoding](claim)).trimEnd()
  if (encoding !== 'dns') return { text }
  const name = `_kez.${partsOf(subject).value}`
  return { text: (await encodeDnsTxt(claim)).join(''), record: { name, zone: `${name}. 3600 IN TXT ${text}` } }
}

const written = new WeakMap<OwnClaim, Signal<ClaimText | undefined>>()

/** The text of a claim; undefined while it is being written: what packs it comes over the network once. */
export const claimText = (claim: OwnClaim): ReadonlySignal<ClaimText | undefined> => {
  const known = written.get(claim)
  if (known) return known
  const text = signal<ClaimText | undefined>(undefined)
  written.set(claim, text)
  write(claim).then(
    (done) => {
      text.value = done
    },
    // Offline: the next look tries again.
    () => written.delete(claim),
  )
  return text
}
