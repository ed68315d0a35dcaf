import { bucketName, RelayLease } from '@kez-chat/contracts'
import { type JetStream, LogUnavailable } from '@kez-chat/eventlog'
import { type Kept, keptValue } from './kept-value.ts'
import { pause } from './pause.ts'
import { relayKeyOf } from './relay-key.ts'

export type LeaseTimes = {
  /** ms that a lease holds without being renewed. */
  readonly length: number
  /** ms between renewals. */
  readonly renewEvery: number
  /** ms between looks at a lease that somebody else has. */
  readonly lookEvery: number
}

/** Fail-over takes at most `length` + `lookEvery` and the time to connect: under 10 s. */
export const leaseTimes: LeaseTimes = { length: 6_000, renewEvery: 2_000, lookEvery: 1_000 }

/** The right to listen on a relay, alone among all replicas. */
export type HeldLease = {
  /** Above that of every owner before. */
  readonly epoch: number
  /** Aborts when the lease is lost, or may be. */
  readonly lost: AbortSignal
  /** Lets go, so that another replica need not wait. */
  release(): Promise<void>
}

export type LeaseOptions = {
  readonly jetstream: JetStream
  readonly url: string
  /** Of this replica; nobody else's. */
  readonly owner: string
  readonly times?: LeaseTimes
}

const released = 0

/**
 * Waits for the lease of a relay; undefined when `signal` aborts first. Whether a lease has run out is judged by not
 * seeing it renewed for its whole length, so clocks of replicas need not agree.
 */
export const takeLease = async (
  { jetstream, url, owner, times = leaseTimes }: LeaseOptions,
  signal: AbortSignal,
): Promise<HeldLease | undefined> => {
  const entry = keptValue(jetstream, {
    bucket: bucketName.relayLeases,
    key: relayKeyOf(url),
    schema: RelayLease,
    timeout: times.renewEvery,
  })
  const lease = (epoch: number): RelayLease => ({ url, owner, epoch, expires_at: Date.now() + times.length })

  let seen: { revision: number; since: number } | undefined
  const isFree = (found: Kept<RelayLease> | undefined): boolean => {
    if (!found || found.value.expires_at === released) return true
    if (seen?.revision !== found.revision) seen = { revision: found.revision, since: performance.now() }
    return performance.now() - seen.since >= times.length
  }

  while (!signal.aborted) {
    try {
      const found = await entry.read()
      if (isFree(found)) {
        const asked = performance.now()
        const epoch = (found?.value.epoch ?? 0) + 1
        const revision = await entry.write(lease(epoch), found?.revision ?? 0)
        if (revision !== undefined) return keep(epoch, revision, asked)
      }
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error
    }
    await pause(times.lookEvery * (0.75 + Math.random() / 2), signal)
  }
  return undefined

  function keep(epoch: number, firstRevision: number, firstAsked: number): HeldLease {
    const lost = new AbortController()
    const letGo = new AbortController()
    let revision = firstRevision
    let holdsUntil = firstAsked + times.length

    const renew = async (): Promise<void> => {
      const asked = performance.now()
      const next = await entry.write(lease(epoch), revision)
      if (next !== undefined) {
        revision = next
        holdsUntil = asked + times.length
        return
      }
      // A renewal whose answer got lost is ours as well.
      const found = await entry.read()
      if (found?.value.owner !== owner || found.value.epoch !== epoch) return lost.abort()
      revision = found.revision
    }

    const watch = setInterval(() => {
      if (performance.now() > holdsUntil) lost.abort()
    }, times.length / 24)

    const renewing = (async () => {
      const ended = AbortSignal.any([lost.signal, letGo.signal])
      for (await pause(times.renewEvery, ended); !ended.aborted; await pause(times.renewEvery, ended)) {
        try {
          await renew()
        } catch (error) {
          if (!(error instanceof LogUnavailable)) lost.abort(error)
        }
      }
      clearInterval(watch)
    })()

    return {
      epoch,
      lost: lost.signal,
      release: async () => {
        letGo.abort()
        await renewing
        if (lost.signal.aborted) return
        lost.abort()
        await entry.write({ ...lease(epoch), expires_at: released }, revision).catch(() => undefined)
      },
    }
  }
}
