import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@kez-chat/runtime'
import { inAttemptSpan } from './attempt-span.ts'
import type { Deliveries, Delivery, Done } from './deliveries.ts'
import { createGate } from './gate.ts'
import type { Outcome } from './outcome.ts'
import type { Send } from './send.ts'

export type DispatcherOptions = {
  deliveries: Deliveries
  send: Send
  /** A push service took a push, so long after it was decided to wake the device. */
  onDelivered(seconds: number): void
  log: Log
  /** How often it is looked for pushes that other processes left, or that are to be tried again, ms. */
  lookEvery?: number
}

export type Dispatcher = {
  /** Something may be due now. */
  nudge(): void
  /** Pushes that are being sent just now. */
  readonly underWay: number
  /** Sends nothing more, and waits for what is under way. */
  stop(): Promise<void>
}

/** Outcomes not in Postgres yet. With so many of them nothing more is claimed, so a database that is away fills no memory. */
const maxUnrecorded = 512
const recordedAtOnce = 256
/** A push that would be answered after its lease is not begun: somebody else may begin it. */
const leaseLeft = 15_000
/** Room worth asking the database for more. */
const worthwhile = 8

const wentWell = ({ kind }: Outcome): 'well' | 'badly' => (kind === 'retry' ? 'badly' : 'well')

/** Sends what is due, as much at once as the gate lets through, and records what became of it. */
export const createDispatcher = ({
  deliveries,
  send,
  onDelivered,
  log,
  lookEvery = 1_000,
}: DispatcherOptions): Dispatcher => {
  const gate = createGate()
  const underWay = new Set<Promise<void>>()
  const unrecorded: Done[] = []
  let recording: Promise<void> | undefined
  let stopping = false
  let wake = (): void => undefined
  let wanted = true

  const nudge = (): void => {
    wanted = true
    wake()
  }

  const record = async (): Promise<void> => {
    await new Promise(setImmediate)
    while (unrecorded.length > 0) {
      const batch = unrecorded.slice(0, recordedAtOnce)
      try {
        await deliveries.record(batch)
        unrecorded.splice(0, batch.length)
      } catch (error) {
        // The lease still holds for a while, and after it the push is sent again as another attempt.
        log.warn({ err: error, count: unrecorded.length }, 'what became of pushes cannot be kept yet')
        if (stopping) return
        await sleep(500 + Math.random() * 500)
      }
    }
    recording = undefined
  }

  const run = async (delivery: Delivery): Promise<void> => {
    const outcome = await inAttemptSpan(delivery, () => send(delivery, 'wake'))
    if (outcome.kind === 'delivered') onDelivered(Math.max(0, Date.now() - delivery.since) / 1_000)
    gate.leave(delivery.origin, wentWell(outcome))
    unrecorded.push({ delivery, outcome })
    recording ??= record()
    if (gate.free(delivery.origin) >= worthwhile || gate.isIdle(delivery.origin)) nudge()
  }

  /** Begins what there is room for. */
  const begin = async (): Promise<void> => {
    for (const origin of await deliveries.dueOrigins()) {
      const room = Math.min(gate.free(origin), maxUnrecorded - unrecorded.length)
      if (room <= 0 || stopping) continue
      const claimed = await deliveries.claim(origin, room)
      for (const delivery of claimed) {
        if (delivery.leasedUntil - Date.now() < leaseLeft) continue
        gate.enter(origin)
        const work = run(delivery).finally(() => underWay.delete(work))
        underWay.add(work)
      }
    }
  }

  const look = async (): Promise<void> => {
    while (!stopping) {
      wanted = false
      try {
        await begin()
      } catch (error) {
        log.warn({ err: error }, 'pushes that are due cannot be read yet')
        await sleep(500 + Math.random() * 500)
      }
      if (wanted || stopping) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEvery)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const looking = look()
  return {
    nudge,
    get underWay() {
      return underWay.size
    },
    stop: async () => {
      stopping = true
      wake()
      await looking
      await Promise.all(underWay)
      await recording
    },
  }
}
