import {
  bucketName,
  commandSubject,
  type DirectoryEntry,
  type ProofCheck,
  ProofChecks,
  primaryHex,
  proofChecksKeptFor,
} from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import type { Log } from '@kez-chat/runtime'

/** How somebody's proofs came out when they were last looked for, by subject. */
export type ProofResults = (entry: DirectoryEntry) => Promise<ReadonlyMap<string, ProofCheck>>

const askAgainAfter = 60_000
const maxAsked = 10_000
const failedAgainAfter = 15 * 60_000

const age = ({ checked_at: at }: ProofCheck, now: number): number => now - Date.parse(at)

/** Whether the registry may want to look (again); it decides. */
const isDue = (check: ProofCheck | undefined): boolean =>
  check === undefined || (check.status === 'failed' && age(check, Date.now()) > failedAgainAfter)

const nothing: ReadonlyMap<string, ProofCheck> = new Map()

/**
 * Reads the checks that the registry made, and asks it to look where one is missing or failed: it does so in the
 * background, so a lookup never waits for somebody else's server. What cannot be read counts as not looked for yet.
 */
export const createProofResults = (jetstream: JetStream, log: Log): ProofResults => {
  const stream = `KV_${bucketName.proofChecks}`
  const asked = new Map<string, number>()

  const ask = ({ handle }: DirectoryEntry): void => {
    const now = Date.now()
    if (now - (asked.get(handle) ?? 0) < askAgainAfter || jetstream.nc.isClosed()) return
    const oldest = asked.size >= maxAsked ? asked.keys().next() : undefined
    if (oldest?.done === false) asked.delete(oldest.value)
    asked.delete(handle)
    asked.set(handle, now)
    jetstream.nc.publish(commandSubject.checkProofs, JSON.stringify({ handle }))
  }

  const read = async (entry: DirectoryEntry): Promise<ReadonlyMap<string, ProofCheck>> => {
    const subject = `$KV.${bucketName.proofChecks}.${primaryHex(entry.primary)}`
    const stored = await readFromLeader(jetstream, stream, { last_by_subj: subject })
    if (!stored || stored.data.length === 0) return nothing
    const { checks } = ProofChecks.parse(JSON.parse(new TextDecoder().decode(stored.data)))
    const now = Date.now()
    return new Map(checks.flatMap((one) => (age(one, now) < proofChecksKeptFor ? [[one.subject, one]] : [])))
  }

  return async (entry) => {
    const { proofs = [] } = entry
    if (proofs.length === 0 || entry.status !== 'active') return nothing
    try {
      const found = await read(entry)
      if (proofs.some((subject) => isDue(found.get(subject)))) ask(entry)
      return found
    } catch (error) {
      log.debug({ err: error }, 'checks of proofs could not be read')
      return nothing
    }
  }
}
