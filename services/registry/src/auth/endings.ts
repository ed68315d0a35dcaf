import { setTimeout as sleep } from 'node:timers/promises'
import { PrimaryHex, streamName } from '@kez-chat/contracts'
import { type JetStream, openTail, PoisonEvent, type StoredEvent, streamInfo, type Tail } from '@kez-chat/eventlog'
import type { Log } from '@kez-chat/runtime'
import { readChainEvent } from '../chains/read-chain-event.ts'

export type EndingsOptions = {
  readonly log: Log
  onEnding(primary: PrimaryHex, status: 'rotated' | 'revoked'): void
}

/** Events that are looked at again at the start: what the directory may not have followed yet is among the last. */
const lookBack = 1_000
const retryAfter = 1_000

const alg = 'chain.ed25519.'

const read = (stored: StoredEvent, { log, onEnding }: EndingsOptions): void => {
  if (!stored.subject.startsWith(alg)) return
  try {
    const { status } = readChainEvent(stored)
    if (status !== 'active') onEnding(PrimaryHex.parse(stored.subject.slice(alg.length)), status)
  } catch (error) {
    if (!(error instanceof PoisonEvent)) throw error
    // The directory tells about it as well, once a registry has come past this event.
    log.error(
      { err: error },
      'a sigchain event cannot be read; whether it ends an identity is for the directory to say',
    )
  }
}

/** Hears of identities that end as their sigchains are appended, for ever, with jitter where NATS is away. */
export const followEndings = (jetstream: JetStream, options: EndingsOptions): { stop(): Promise<void> } => {
  let stopping = false
  let after: number | undefined
  let tail: Tail | undefined

  const follow = async (): Promise<void> => {
    after ??= Math.max(0, ((await streamInfo(jetstream.jsm, streamName.chains))?.state.last_seq ?? 0) - lookBack)
    tail = await openTail(jetstream, { stream: streamName.chains, after, name: 'endings' })
    while (!stopping) {
      for (const stored of await tail.next(500, 20_000)) {
        read(stored, options)
        after = stored.seq
      }
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping) {
      try {
        await follow()
      } catch (error) {
        if (stopping) return
        options.log.warn({ err: error }, 'the sigchains cannot be followed right now; trying again')
        await sleep(retryAfter * (0.5 + Math.random()))
      } finally {
        await tail?.close().catch(() => undefined)
      }
    }
  }

  const running = run()
  return {
    stop: async () => {
      stopping = true
      await tail?.close().catch(() => undefined)
      await running
    },
  }
}
