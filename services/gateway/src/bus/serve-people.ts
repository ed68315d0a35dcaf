import { type DirectoryEntry, DomainError, senderIn } from '@kez-chat/contracts'
import { type CommandServer, type Log, type NatsConnection, serveCommand, type TokenBuckets } from '@kez-chat/runtime'
import type { z } from 'zod'
import { refusalOfInactive } from '../auth/owner.ts'
import type { People } from '../directory/people.ts'
import { checkJson } from '../http/check-json.ts'
import type { Metrics } from '../metrics.ts'
import { refusalOf } from '../refusal.ts'

export type PeopleRequests<T extends z.ZodType> = {
  /** `kez.<name>.*` */
  readonly name: 'send' | 'consumer'
  readonly schema: T
  readonly maxBytes: number
  /** How often one person may ask. */
  readonly limit: TokenBuckets
  handle(request: z.output<T>, person: DirectoryEntry): Promise<unknown>
}

export type BusOptions = {
  readonly nc: NatsConnection
  readonly people: People
  readonly metrics: Metrics
  readonly log: Log
}

/**
 * Answers what people ask over their own NATS connections. Who asks stands in the subject, where NATS lets nobody else
 * publish; whether they still are who they were is looked up each time, since a login outlives its reason for a while.
 */
export const servePeople = <T extends z.ZodType>(
  { nc, people, metrics, log }: BusOptions,
  { name, schema, maxBytes, limit, handle }: PeopleRequests<T>,
): CommandServer => {
  /** Before anything is parsed: what is refused costs too. */
  const admit = (subject: string): void => {
    const taken = limit.take(senderIn(subject))
    if (taken.ok) return
    metrics.rateLimited.inc({ limit: `bus_${name}` })
    metrics.busRequests.inc({ request: name, outcome: 'rate_limited' })
    throw new DomainError('rate_limited', 'too many requests; try again later', { retryAfter: taken.retryAfter })
  }

  const answer = async (request: z.output<T>, subject: string): Promise<unknown> => {
    checkJson(request)
    const person = await people.byPrimary(senderIn(subject))
    if (!person) throw new DomainError('not_found', 'nobody has this identity here')
    if (person.status !== 'active') throw refusalOfInactive(person)
    return handle(request, person)
  }

  return serveCommand(
    nc,
    { subject: `kez.${name}.*`, queue: 'gateway', schema, maxBytes, fromPeople: true, admit, log },
    async (request, { subject }) => {
      try {
        const result = await answer(request, subject)
        metrics.busRequests.inc({ request: name, outcome: 'ok' })
        return result
      } catch (error) {
        const refusal = refusalOf(error)
        metrics.busRequests.inc({ request: name, outcome: refusal?.code ?? 'internal' })
        throw refusal ?? error
      }
    },
  )
}
