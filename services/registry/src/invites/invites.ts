import {
  type CheckedInvite,
  DomainError,
  type Invite,
  type InviteHash,
  type InviteId,
  type Inviter,
  type IssueInviteBody,
  inviteLimits,
  operator,
} from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import { appendDecided } from '../log/append-decided.ts'
import { subjectOf } from '../log/read-event.ts'
import type { Metrics } from '../metrics.ts'
import { admitting, decideIssue, decideRevocation, describeInvite, type Issuing, standingOf } from './decide.ts'
import { evolveInvite, type IssuedInvite } from './evolve.ts'
import { loadInvite, loadInviter } from './load.ts'

/** Invite codes: issued, listed and revoked by whoever issued them, and looked at before they are used. */
export type Invites = {
  /** The same code again by the same inviter changes nothing. */
  issue(by: Inviter, wish: IssueInviteBody, traceparent: string): Promise<Invite>
  list(by: Inviter): Promise<Invite[]>
  revoke(by: Inviter, id: InviteId, traceparent: string): Promise<Invite>
  check(invite: InviteHash): Promise<CheckedInvite>
}

export const createInvites = ({
  jetstream,
  metrics,
  perPerson,
}: {
  jetstream: JetStream
  metrics: Metrics
  /** Most open codes of a person. */
  perPerson: number
}): Invites => {
  const limitOf = (by: Inviter): number => (by === operator ? inviteLimits.open : perPerson)

  const issuedOf = async (id: InviteId): Promise<IssuedInvite> => {
    const state = await loadInvite(jetstream, id)
    if (state.kind === 'unknown') throw new PoisonEvent(`the code ${id} is listed and was never issued`)
    return state
  }

  const load = async (by: Inviter, id: InviteId): Promise<Issuing> => {
    const [invite, inviter] = await Promise.all([loadInvite(jetstream, id), loadInviter(jetstream, by)])
    if (inviter.open.length < limitOf(by)) return { invite, inviter, over: new Set() }
    const listed = await Promise.all(inviter.open.map((one) => issuedOf(one.id)))
    const over = listed.filter((one) => standingOf(one, Date.now()) !== 'open').map(({ issued }) => issued.id)
    return { invite, inviter, over: new Set(over) }
  }

  return {
    issue: async (by, wish, traceparent) => {
      const at = new Date().toISOString()
      const { state, appended } = await appendDecided(jetstream, metrics.appendSeconds, {
        load: () => load(by, wish.id),
        decide: (current) => decideIssue({ ...wish, by, at, now: Date.now(), limit: limitOf(by) }, current),
        place: (event, { inviter }) => ({
          subject: subjectOf(event),
          expectedSeq: event.type === 'InvitesListed' ? inviter.seq : 0,
        }),
        traceparent,
      })
      const after = appended.reduce(
        (current, { event, seq }) => (event.type === 'InviteIssued' ? evolveInvite(current, event, seq) : current),
        state.invite,
      )
      if (after.kind === 'unknown') throw new PoisonEvent('a code was issued and is not there')
      return describeInvite(after, Date.now())
    },
    list: async (by) => {
      const { open } = await loadInviter(jetstream, by)
      const now = Date.now()
      const current = open.filter(({ expires_at }) => Date.parse(expires_at) > now)
      return (await Promise.all(current.map(({ id }) => issuedOf(id)))).map((state) => describeInvite(state, now))
    },
    revoke: async (by, id, traceparent) => {
      const { state, appended } = await appendDecided(jetstream, metrics.appendSeconds, {
        load: () => loadInvite(jetstream, id),
        decide: (current) => decideRevocation(current, by, new Date().toISOString()),
        place: (event, { seq }) => ({ subject: subjectOf(event), expectedSeq: seq }),
        traceparent,
      })
      const after = appended.reduce((current, { event, seq }) => evolveInvite(current, event, seq), state)
      if (after.kind === 'unknown') throw new DomainError('not_found', 'there is no such invite code of yours')
      return describeInvite(after, Date.now())
    },
    check: async (invite) => {
      const { issued, used } = admitting(await loadInvite(jetstream, invite.id), invite, Date.now())
      return { uses_left: issued.uses - used, expires_at: issued.expires_at }
    },
  }
}
