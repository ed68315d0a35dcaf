import { randomBytes } from 'node:crypto'
import { relayLimits } from '@kez-chat/contracts'
import { LogUnavailable } from '@kez-chat/eventlog'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { closeCode, type Log, type TokenBuckets } from '@kez-chat/runtime'
import type { VerifyPool } from '../verify/pool.ts'
import type { AcceptEvent } from './accept.ts'
import { NotReadable, planOf, type Viewer } from './access.ts'
import { checkAuth } from './auth.ts'
import { BadMessage, type ClientMessage, parseClientMessage } from './client-message.ts'
import type { Filter } from './filter.ts'
import type { RelayHistory } from './history.ts'
import { createLane } from './lane.ts'
import type { Live } from './live.ts'
import type { HomeRelayMetrics } from './metrics.ts'
import type { People } from './people.ts'
import { createSubscription, type Subscription, SubscriptionTooSlow } from './subscription.ts'
import type { Client, ClientHandler } from './tunnel.ts'

export type ConversationOptions = {
  people: People
  pool: VerifyPool
  accept: AcceptEvent
  history: RelayHistory
  live: Live
  /** Events by client address. */
  events: TokenBuckets
  /** Everything else that is asked, by client address. */
  questions: TokenBuckets
  metrics: HomeRelayMetrics
  log: Log
}

/** Events of one client that are verified and stored at the same time. */
const eventsAtOnce = 8
/** What is wrong, forged or beyond the client's own limits; one with so much of it is sent away. */
const mostOffences = 200
const offencesCountFor = 600_000
const mostAuthFailures = 5
const mostKeys = 4
const tooMuch = 'rate-limited: too many requests; try again in a minute'

/** Lists are read author by author, so who names many asks many questions. */
const authorsPerQuestion = 10

const costOf = (message: ClientMessage): number => {
  if (message.type !== 'REQ') return 1
  const authors = message.filters.reduce((sum, filter) => sum + (filter.authors?.size ?? 0), 0)
  return 1 + Math.floor(authors / authorsPerQuestion)
}

/** Speaks the protocol of nostr relays with one client (NIP-01, NIP-42). */
export const converse = (client: Client, options: ConversationOptions): ClientHandler => {
  const { people, pool, accept, history, live, events, questions, metrics, log } = options
  const challenge = randomBytes(16).toString('hex')
  const keys = new Set<string>()
  const subscriptions = new Map<string, Subscription>()
  const eventLane = createLane(eventsAtOnce)
  const queryLane = createLane(1)
  let offences = 0
  let offendingSince = 0
  let authFailures = 0

  const say = (...message: unknown[]): void => client.send(JSON.stringify(message))
  const offend = (): void => {
    const now = Date.now()
    if (now - offendingSince > offencesCountFor) offences = 0
    if (offences === 0) offendingSince = now
    offences += 1
    if (offences > mostOffences) client.close(closeCode.policy, 'too much that is refused')
  }
  const viewer = (): Viewer => ({
    keys,
    addresses: new Set([...keys].flatMap((key) => people.byTransportKey(key)?.address ?? [])),
  })

  const onEvent = async (event: NostrEvent): Promise<void> => {
    const startedAt = performance.now()
    const within = events.take(client.source).ok
    const { taken, message } = within
      ? await accept(event, client.url)
      : { taken: false, message: 'rate-limited: too many events; try again in a minute' }
    metrics.event(event.kind, taken, message)
    metrics.answered('EVENT', startedAt)
    // What the recipient, or this relay, cannot take just now is no fault of the client.
    if (!within || (!taken && message.startsWith('invalid:'))) offend()
    say('OK', event.id, taken, message)
  }

  const onAuth = async (event: NostrEvent): Promise<void> => {
    const room = keys.size < mostKeys || keys.has(event.pubkey)
    const problem = room
      ? await checkAuth(event, { challenge, url: client.url, now: Date.now() }, pool)
      : 'restricted: too many keys on one connection'
    if (problem === undefined) keys.add(event.pubkey)
    else authFailures += 1
    metrics.auth(problem === undefined)
    say('OK', event.id, problem === undefined, problem ?? '')
    if (authFailures >= mostAuthFailures) client.close(closeCode.policy, 'too many failed authentications')
  }

  const closeSubscription = (id: string, why?: string): void => {
    subscriptions.get(id)?.stop()
    subscriptions.delete(id)
    if (why !== undefined) say('CLOSED', id, why)
  }

  const whyClosed = (error: unknown): string => {
    if (error instanceof NotReadable || error instanceof SubscriptionTooSlow) return error.message
    if (!(error instanceof LogUnavailable)) log.error({ err: error }, 'a subscription failed')
    return 'error: the store cannot be read right now; try again'
  }

  const onRequest = async (id: string, filters: readonly Filter[]): Promise<void> => {
    const startedAt = performance.now()
    closeSubscription(id)
    if (subscriptions.size >= relayLimits.subscriptions) {
      offend()
      return say('CLOSED', id, `rate-limited: at most ${relayLimits.subscriptions} subscriptions`)
    }
    let subscription: Subscription | undefined
    try {
      // A key that was bound just now may not be known yet.
      if ([...keys].some((key) => !people.byTransportKey(key))) await people.catchUp()
      const plans = filters.map((filter) => planOf(filter, viewer()))
      subscription = createSubscription({ id, plans, client, history, live, onSent: metrics.sent })
      subscriptions.set(id, subscription)
      await queryLane(subscription.run)
      metrics.answered('REQ', startedAt)
    } catch (error) {
      // By now the client may have asked something else under the same name.
      if (subscriptions.get(id) === subscription) closeSubscription(id, whyClosed(error))
    }
  }

  const onMessage = async (message: ClientMessage): Promise<void> => {
    metrics.message(message.type)
    if (message.type === 'EVENT') return eventLane(() => onEvent(message.event))
    const within = questions.take(client.source, costOf(message)).ok
    if (!within) offend()
    if (message.type === 'CLOSE') closeSubscription(message.subscription)
    else if (message.type === 'AUTH')
      await (within ? onAuth(message.event) : say('OK', message.event.id, false, tooMuch))
    else if (within) await onRequest(message.subscription, message.filters)
    else say('CLOSED', message.subscription, tooMuch)
  }

  const refuse = ({ message, about }: BadMessage): void => {
    metrics.message('bad')
    offend()
    if (about.event !== undefined) say('OK', about.event, false, message)
    else if (about.subscription !== undefined) closeSubscription(about.subscription, message)
    else say('NOTICE', message)
  }

  /** What comes behind an AUTH waits for its outcome. */
  let authenticated: Promise<void> = Promise.resolve()
  const handle = async (text: Uint8Array): Promise<void> => {
    try {
      const message = parseClientMessage(text)
      const done = authenticated.then(() => onMessage(message))
      if (message.type === 'AUTH') authenticated = done.catch(() => undefined)
      await done
    } catch (error) {
      if (error instanceof BadMessage) refuse(error)
      else log.error({ err: error }, 'a message of a relay client could not be handled')
    }
  }

  say('AUTH', challenge)
  return {
    onText: (text) => {
      void handle(text).finally(() => client.done(text.length))
    },
    onClosed: () => {
      for (const id of [...subscriptions.keys()]) closeSubscription(id)
    },
  }
}
