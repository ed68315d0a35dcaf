import { relayStored } from '@kez-chat/contracts'
import { LogUnavailable } from '@kez-chat/eventlog'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { inSpan, type Log, received } from '@kez-chat/runtime'
import type { Deliver, Delivered } from '../inbox/deliver.ts'
import { VerifierFailed, VerifierFull, type VerifyPool } from '../verify/pool.ts'
import { createSeenIds } from '../verify/seen-ids.ts'
import type { MailCounts } from './mail-counts.ts'
import type { People, Person } from './people.ts'
import { NotRegistered, NotTaken, type Purpose, purposeOf } from './rules.ts'
import type { Store, Stored } from './store.ts'
import type { TakeBack } from './take-back.ts'

export type AcceptOptions = {
  people: People
  pool: VerifyPool
  deliver: Deliver
  store: Store
  takeBack: TakeBack
  counts: MailCounts
  log: Log
}

/** What an event's author is told: the last two members of `OK` (NIP-01). */
export type Verdict = { taken: boolean; message: string }

export type AcceptEvent = (event: NostrEvent, url: string) => Promise<Verdict>

/** Ids of mail that is in an inbox and in the relay's stream. */
const remembered = 20_000

/** `restricted:` is not among them: nothing here would be otherwise if the client said who it is (protocol §3). */
const refusals: Readonly<Record<Exclude<Delivered, 'stored' | 'duplicate'>, string>> = {
  full: 'error: the mailbox is full',
  over_budget: 'rate-limited: this mailbox takes no more messages for now',
  unfit: 'invalid: the content is no envelope',
  unavailable: 'error: messages cannot be stored right now; try again',
}

const verdictOf = (stored: Stored): Verdict => {
  if (stored === 'stored') return { taken: true, message: '' }
  if (stored === 'duplicate') return { taken: true, message: 'duplicate: it is here already' }
  if (stored === 'older') return { taken: true, message: 'duplicate: a newer one is kept' }
  return { taken: false, message: 'error: there is no room for more' }
}

const unverified = (error: unknown): NotTaken | undefined => {
  if (error instanceof VerifierFull) return new NotTaken('rate-limited: too much at once; try again')
  return error instanceof VerifierFailed ? new NotTaken('error: it could not be verified; try again') : undefined
}

/** Takes events into the relay. What it says is taken is on disk, and a message is also in its recipient's inbox. */
export const createAccept = (options: AcceptOptions): AcceptEvent => {
  const { people, pool, deliver, store, takeBack, counts, log } = options
  const seen = createSeenIds(remembered)

  const verify = async (event: NostrEvent): Promise<void> => {
    const valid = await inSpan({ name: 'verify' }, () => pool.verify(event)).catch((error: unknown) => {
      throw unverified(error) ?? error
    })
    if (!valid) throw new NotTaken('invalid: id or signature is wrong')
  }

  const takeMail = async (event: NostrEvent, { address, inbox }: Person, via: string): Promise<Verdict> => {
    const delivered = await deliver({ event, inbox, via })
    if (delivered !== 'stored' && delivered !== 'duplicate') return { taken: false, message: refusals[delivered] }
    // The inbox has it, whether or not the relay itself keeps one more for this person.
    const stored = (await counts.hasRoom(address)) ? await store.putMail(address, event) : 'full'
    if (stored === 'stored') counts.stored(address)
    seen.add(event.id)
    return verdictOf(stored === 'full' ? 'stored' : stored)
  }

  const take = (event: NostrEvent, purpose: Purpose, url: string): Promise<Verdict> | Promise<Stored> => {
    if (purpose.for === 'mail') return takeMail(event, purpose.to, url)
    if (purpose.for === 'delete') return takeBack.delete(event)
    if (purpose.for === 'vanish') return takeBack.vanish(event, purpose.author.address)
    return store.putLast(relayStored.list(event.pubkey, event.kind), event)
  }

  const purposeNow = async (event: NostrEvent, url: string): Promise<Purpose> => {
    const decide = (): Purpose => purposeOf(event, { people, url, now: Date.now() })
    try {
      return decide()
    } catch (error) {
      if (!(error instanceof NotRegistered)) throw error
      await people.catchUp()
      return decide()
    }
  }

  const judge = async (event: NostrEvent, url: string): Promise<Verdict> => {
    // Only people's transport keys can take something back.
    const isOurs = (): boolean => people.byTransportKey(event.pubkey) !== undefined
    if (seen.has(event.id) && !isOurs()) return verdictOf('duplicate')
    const purpose = await purposeNow(event, url)
    const mayBeGone = isOurs()
    await verify(event)
    const gone = new NotTaken('blocked: its author has taken it back')
    if (mayBeGone && (await takeBack.isGone(event))) throw gone
    const outcome = await take(event, purpose, url)
    if (mayBeGone && (purpose.for === 'mail' || purpose.for === 'list') && (await takeBack.isGone(event))) {
      // It was taken back while it was stored.
      await takeBack.remove(event)
      throw gone
    }
    return typeof outcome === 'string' ? verdictOf(outcome) : outcome
  }

  const takeOrRefuse: AcceptEvent = async (event, url) => {
    try {
      return await judge(event, url)
    } catch (error) {
      if (error instanceof NotTaken) return { taken: false, message: error.message }
      if (!(error instanceof LogUnavailable)) log.error({ err: error }, 'an event could not be taken')
      return { taken: false, message: refusals.unavailable }
    }
  }

  return (event, url) =>
    inSpan({ ...received('home relay', 'nostr'), parent: 'none' }, async (span) => {
      const verdict = await takeOrRefuse(event, url)
      span.set({ 'kez.outcome': verdict.taken ? 'taken' : 'not_taken' })
      return verdict
    })
}
