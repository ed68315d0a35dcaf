import { bucketName, DomainError, RelayStatus } from '@kez-chat/contracts'
import { type JetStream, LogUnavailable, streamInfo } from '@kez-chat/eventlog'
import { readSubject } from '@kez-chat/eventlog/messages'
import type { Log } from '@kez-chat/runtime'

export type RelayStates = () => Promise<RelayStatus[]>

const stream = `KV_${bucketName.relayStates}`
const freshFor = 1_000
/** The bridge says how a relay does every 10 s; of what it says no more, nobody is listening. */
const silentAfter = 45_000

const decode = (data: Uint8Array): RelayStatus | undefined => {
  try {
    return RelayStatus.parse(JSON.parse(new TextDecoder().decode(data)))
  } catch {
    return undefined
  }
}

const standing = (status: RelayStatus): RelayStatus =>
  Date.now() - Date.parse(status.updated_at) < silentAfter
    ? status
    : { ...status, state: 'stopped', reason: 'nobody is listening' }

/**
 * How the relays do that the bridge listens on, as it wrote last; none where no bridge has ever run. Read at most once a
 * second, however many ask.
 * @throws {DomainError} `unavailable`
 */
export const createRelayStates = (jetstream: JetStream, log: Log): RelayStates => {
  let last: { at: number; states: Promise<RelayStatus[]> } | undefined

  const read = async (): Promise<RelayStatus[]> => {
    try {
      if ((await streamInfo(jetstream.jsm, stream)) === undefined) return []
      const found = await readSubject(jetstream, stream, { subject: `$KV.${bucketName.relayStates}.*`, from: 1 })
      const states = found.flatMap(({ data }) => decode(data) ?? [])
      return states.map(standing).sort((a, b) => (a.url < b.url ? -1 : 1))
    } catch (cause) {
      if (!(cause instanceof LogUnavailable)) log.warn({ err: cause }, 'the states of relays could not be read')
      throw new DomainError('unavailable', 'the states of relays cannot be read right now', { cause, retryAfter: 2 })
    }
  }

  return () => {
    if (!last || Date.now() - last.at >= freshFor) last = { at: Date.now(), states: read() }
    return last.states
  }
}
