import { type Handle, type PersonEvent, type PrimaryHex, primaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { loadChainEnd } from '../chains/load.ts'
import type { Directory } from '../directory/directory.ts'
import { listingsOf } from '../directory/entry.ts'
import type { RegisteredHandle } from '../handles/evolve.ts'
import { appendDecided } from '../log/append-decided.ts'
import { loadHandle, loadPrimary } from '../log/load.ts'
import { subjectOf } from '../log/read-event.ts'
import type { Metrics } from '../metrics.ts'
import { decideSettlement, type Settling, successorIn } from './decide.ts'

/** Rotations that are followed at once. Each is to a key that was free, so there are hardly ever two. */
const maxSteps = 32

/**
 * Brings handles in line with sigchains: no batch spans two streams, so the chain is written first and the handle
 * follows. Safe to do at any time, again, and by several at once; done by the command that ended a chain, by whatever
 * binds a key, and by a durable reaction for those that died in between.
 */
export type Settlement = {
  /** The handle as its key's chain has it, rebound or ended if need be. Undefined when nobody has it. */
  handle(handle: Handle, traceparent: string): Promise<RegisteredHandle | undefined>
  /** The same for the handle of a key, if it has one. */
  primary(primary: PrimaryHex, traceparent: string): Promise<RegisteredHandle | undefined>
}

export const createSettlement = ({
  jetstream,
  directory,
  metrics,
}: {
  jetstream: JetStream
  directory: Directory
  metrics: Metrics
}): Settlement => {
  const load = async (name: Handle): Promise<Settling> => {
    const handle = await loadHandle(jetstream, name)
    if (handle.kind === 'free') return { handle, chainEnd: undefined, successor: undefined }
    const id = { alg: 'ed25519', key: primaryHex(handle.primary) } as const
    const { last: chainEnd } = await loadChainEnd(jetstream, id)
    const next = successorIn(chainEnd)
    const successor = next && { primary: next, state: await loadPrimary(jetstream, primaryHex(next)) }
    return { handle, chainEnd, successor }
  }

  /** One step: from a key to the next, or to the end. */
  const step = (name: Handle, traceparent: string) =>
    appendDecided<Settling, PersonEvent>(jetstream, metrics.appendSeconds, {
      load: () => load(name),
      decide: (state) => (state.handle.kind === 'free' ? [] : decideSettlement(state, new Date().toISOString())),
      place: (event, { handle }) => ({
        subject: subjectOf(event),
        expectedSeq: event.type === 'PrimaryBound' ? 0 : handle.seq,
      }),
      traceparent,
    })

  const settle = async (name: Handle, traceparent: string): Promise<RegisteredHandle | undefined> => {
    for (let steps = 0; ; steps++) {
      const { state, appended } = await step(name, traceparent)
      if (state.handle.kind === 'free') return undefined
      if (appended.length > 0 && steps < maxSteps) continue
      const { handle } = state
      if (handle.ended || handle.former.length > 0) await directory.write(listingsOf(handle))
      return handle
    }
  }

  return {
    handle: settle,
    primary: async (primary, traceparent) => {
      const bound = await loadPrimary(jetstream, primary)
      return bound.kind === 'free' ? undefined : settle(bound.handle, traceparent)
    },
  }
}
