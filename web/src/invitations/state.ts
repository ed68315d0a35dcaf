import { ApiError } from '@kez-chat/client'
import {
  invitationLink,
  inviteCodeOf,
  inviteHash,
  inviterCheck,
  newInvitationSecret,
  parseHandle,
} from '@kez-chat/identity'
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { forgetInvitation, type Invitation, isOpen, keepInvitation, listInvitations } from '../storage/invitations.ts'
import { attempt } from '../ui/attempt.ts'

export type Terms = { readonly uses: number; readonly days: number; readonly note: string }

export type Problem = 'offline' | 'invite_limit' | 'rate_limited' | 'tooMany' | 'other'

export type InvitationsState = {
  /** Undefined until they are read. */
  readonly list: ReadonlySignal<readonly Invitation[] | undefined>
  /** The tag of the one whose code is shown; `new` = none, and a new one may be made. */
  readonly shown: ReadonlySignal<string | undefined>
  readonly working: ReadonlySignal<boolean>
  readonly problem: ReadonlySignal<Problem | undefined>
  /** Registering here takes a code, and only the operator gives any. */
  readonly operatorAlone: ReadonlySignal<boolean>
  show(tag: string | undefined): void
  make(terms: Terms): Promise<void>
  revoke(invitation: Invitation): Promise<void>
  /** The link; undefined while there is no account. */
  linkOf(invitation: Invitation): string | undefined
}

const day = 86_400_000

const problemOf = (error: unknown): Problem => {
  if (!(error instanceof ApiError)) return 'offline'
  if (error.code === 'invite_limit' || error.code === 'rate_limited') return error.code
  return error.code === 'unavailable' ? 'offline' : 'other'
}

const hashOf = ({ secret }: Invitation) => inviteHash(inviteCodeOf(secret))

/** The invitations of this device, as long as the session lasts. */
export const createInvitationsState = (session: Session): InvitationsState => {
  const { store } = session
  const list = signal<readonly Invitation[] | undefined>(undefined)
  const shown = signal<string | undefined>(undefined)
  const working = signal(false)
  const problem = signal<Problem | undefined>(undefined)
  const operatorAlone = signal(false)

  const owner = () => {
    const account = session.account.peek()
    const client = session.servers()?.own
    return account && client && { client, self: { handle: account.handle, signer: session.key } }
  }

  const load = async (): Promise<void> => {
    const now = session.now()
    const read = await listInvitations(store, now)
    list.value = read
    if (shown.peek() === undefined) shown.value = read.find((one) => isOpen(one, now))?.tag
  }

  /** Whether a newcomer needs a code, and whether we may give one. */
  const terms = async (): Promise<{ withCode: boolean }> => {
    const own = owner()
    if (!own) return { withCode: false }
    if ((await own.client.health()).registration !== 'invite') return { withCode: false }
    const { may_issue: mayIssue } = await own.client.invites(own.self)
    operatorAlone.value = !mayIssue
    return { withCode: mayIssue }
  }

  const issue = async (invitation: Invitation): Promise<void> => {
    const own = owner()
    if (!own) return
    const { uses, expires_at: expiresAt } = invitation
    await own.client.issueInvite(own.self, { ...hashOf(invitation), uses, expiresAt })
  }

  /** The page may have ended between keeping an invitation and telling the server of its code. */
  const heal = async (): Promise<void> => {
    const own = owner()
    const now = session.now()
    const open = (list.peek() ?? []).filter((one) => one.with_code && isOpen(one, now))
    if (!own || !(await terms()).withCode || open.length === 0) return
    const known = new Set((await own.client.invites(own.self)).invites.map(({ id }) => String(id)))
    for (const invitation of open) if (!known.has(hashOf(invitation).id)) await issue(invitation)
  }

  const tell = async (work: () => Promise<Problem | undefined>): Promise<void> => {
    if (working.value) return
    working.value = true
    problem.value = undefined
    await attempt(async () => {
      problem.value = await work()
    })
    working.value = false
  }

  // Somebody may have come by one.
  const stop = effect(() => {
    void session.chats.summaries.value
    untracked(() => void load().catch(() => undefined))
  })
  session.ended.addEventListener('abort', stop)
  void load()
    .then(heal)
    .catch(() => undefined)

  return {
    ...{ list, shown, working, problem, operatorAlone },
    show: (tag) => {
      shown.value = tag ?? ''
    },
    make: ({ uses, days, note }) =>
      tell(async () => {
        const asked = await terms().then(
          (answer) => answer,
          (error: unknown) => problemOf(error),
        )
        if (typeof asked === 'string') return asked
        const now = session.now()
        const kept = await keepInvitation(store, {
          ...{ secret: newInvitationSecret(), uses, note: note.trim().slice(0, 100), with_code: asked.withCode },
          ...{ created_at: now, expires_at: now + days * day },
        })
        if (!kept) return 'tooMany'
        if (asked.withCode) {
          const failed = await issue(kept).then(() => undefined, problemOf)
          if (failed) {
            await forgetInvitation(store, kept.tag)
            return failed
          }
        }
        shown.value = kept.tag
        await load()
        return undefined
      }),
    revoke: (invitation) =>
      tell(async () => {
        const own = owner()
        if (invitation.with_code && own && isOpen(invitation, session.now())) {
          const failed = await own.client.revokeInvite(own.self, hashOf(invitation).id).then(
            () => undefined,
            (error: unknown) =>
              error instanceof ApiError && error.code === 'not_found' ? undefined : problemOf(error),
          )
          if (failed) return failed
        }
        await forgetInvitation(store, invitation.tag)
        shown.value = ''
        await load()
        return undefined
      }),
    linkOf: ({ secret }) => {
      const account = session.account.value
      return (
        account &&
        invitationLink(account.base_url ?? window.location.origin, {
          ...{ kind: 'person', handle: parseHandle(account.handle), secret },
          check: inviterCheck(session.key.primary),
        })
      )
    },
  }
}
