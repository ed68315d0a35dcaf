import { setTimeout as sleep } from 'node:timers/promises'
import { bucketName, DomainError, ErrorCode } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader, StoreRefused, storeMessage, wrongLastSequence } from '@kez-chat/eventlog/messages'
import { z } from 'zod'

/** What a change was answered with, to be given again when its signature comes again. */
export type Answer = { status: number; body?: unknown }

const Use = z.discriminatedUnion('state', [
  z.object({ state: z.literal('under-way'), since: z.int() }),
  z.object({ state: z.literal('failed') }),
  z.object({ state: z.literal('answered'), status: z.int(), body: z.unknown().optional() }),
  z.object({ state: z.literal('refused'), code: ErrorCode, detail: z.string() }),
])
type Use = z.infer<typeof Use>

/** After this long nobody works on it any more: whoever did is gone. Every change is safe to do again. */
const givenUpAfter = 20_000
const waitFor = 8_000

/** Performs the change of a signature once, across all gateways, and gives every repeat the first answer. */
export type UsedSignatures = { once(signature: string, change: () => Promise<Answer>): Promise<Answer> }

export const createUsedSignatures = (jetstream: JetStream): UsedSignatures => {
  const stream = `KV_${bucketName.usedSignatures}`
  const subjectOf = (signature: string): string => `$KV.${bucketName.usedSignatures}.${signature}`

  /** Writes over revision `expected` (0 = nothing there); undefined when somebody else was faster. */
  const write = async (signature: string, use: Use, expected: number): Promise<number | undefined> => {
    try {
      const options = { expectedLastSeq: expected }
      return (await storeMessage(jetstream.nc, subjectOf(signature), JSON.stringify(use), options)).seq
    } catch (error) {
      if (error instanceof StoreRefused && error.code === wrongLastSequence) return undefined
      throw error
    }
  }

  const read = async (signature: string): Promise<{ use: Use; revision: number } | undefined> => {
    const stored = await readFromLeader(jetstream, stream, { last_by_subj: subjectOf(signature) })
    return stored && { use: Use.parse(JSON.parse(new TextDecoder().decode(stored.data))), revision: stored.seq }
  }

  const perform = async (signature: string, revision: number, change: () => Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await change()
      await write(signature, { state: 'answered', ...answer }, revision)
      return answer
    } catch (error) {
      const final = error instanceof DomainError && error.code !== 'unavailable' && error.code !== 'internal'
      const use: Use = final ? { state: 'refused', code: error.code, detail: error.message } : { state: 'failed' }
      await write(signature, use, revision).catch(() => undefined)
      throw error
    }
  }

  return {
    once: async (signature, change) => {
      const claim = (revision: number) => write(signature, { state: 'under-way', since: Date.now() }, revision)
      const first = await claim(0)
      if (first !== undefined) return perform(signature, first, change)
      for (const until = Date.now() + waitFor; Date.now() < until; await sleep(100)) {
        const found = await read(signature)
        if (found?.use.state === 'answered') return { status: found.use.status, body: found.use.body }
        if (found?.use.state === 'refused') throw new DomainError(found.use.code, found.use.detail)
        const abandoned = found?.use.state === 'under-way' && found.use.since < Date.now() - givenUpAfter
        if (found && found.use.state !== 'failed' && !abandoned) continue
        const revision = await claim(found?.revision ?? 0)
        if (revision !== undefined) return perform(signature, revision, change)
      }
      throw new DomainError('conflict', 'the same signed request is still under way', { retryAfter: 2 })
    },
  }
}
