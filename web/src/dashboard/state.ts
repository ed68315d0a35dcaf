import type { Client } from '@kez-chat/client'
import type { MailboxState, Profile, RelayStatus } from '@kez-chat/contracts'
import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core'
import { peopleOf } from '../people/state.ts'
import { ownWho } from '../people/who.ts'
import type { Session } from '../session/session.ts'
import { readCursor } from '../storage/incoming.ts'

/** What the home server knows of this person; each part is undefined when it could not be asked. */
export type Report = {
  readonly profile: Profile | undefined
  /** Version of the server. */
  readonly version: string | undefined
  readonly mailbox: MailboxState | undefined
  readonly relays: readonly RelayStatus[] | undefined
  /** How many devices are woken. */
  readonly devices: number | undefined
}

const reports = new WeakMap<Session, Signal<Report | undefined>>()

const orNothing = <T>(asked: Promise<T>): Promise<T | undefined> => asked.catch(() => undefined)

const gather = async (session: Session, client: Client, handle: string): Promise<Report> => {
  const cancel = { signal: session.ended }
  const owner = { handle, signer: session.key }
  const [profile, health, page, relays, push] = await Promise.all([
    orNothing(client.lookupPrimary(session.key.primary, cancel)),
    orNothing(client.health(cancel)),
    orNothing(readCursor(session.store).then((since) => client.readInbox(owner, { since, limit: 1, ...cancel }))),
    orNothing(client.relays(cancel)),
    orNothing(client.pushSubscriptions(owner, cancel)),
  ])
  return {
    ...{ profile, relays, version: health?.version, mailbox: page?.mailbox },
    devices: push?.subscriptions.length,
  }
}

/** Asks the home server about everything that it knows of this person. */
export const inquire = async (session: Session): Promise<void> => {
  const [report, who] = [reports.get(session), ownWho(session)]
  const [client, account] = [session.servers()?.own, session.account.value]
  if (!report || !who || !client || !account) return
  report.value = undefined
  const [gathered] = await Promise.all([
    gather(session, client, account.handle),
    // Also brings the proofs and the history up to date, which the report rests on.
    orNothing(peopleOf(session).ask(who)),
  ])
  report.value = gathered
}

/** What the home server said last; undefined while it is being asked. */
export const reportOf = (session: Session): ReadonlySignal<Report | undefined> => {
  const known = reports.get(session) ?? signal<Report | undefined>(undefined)
  if (!reports.has(session)) {
    reports.set(session, known)
    void inquire(session)
  }
  return known
}
