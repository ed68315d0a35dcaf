import { signal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { arrange } from '../storage/conversations.ts'
import { t } from '../strings/index.ts'
import { attempt } from '../ui/attempt.ts'

/** The tag of the conversation whose report is open. */
export const reporting = signal<string | undefined>(undefined)

/** Of a stranger or of somebody blocked: from here on they are in the list, as everybody else. */
export const accept = (session: Session, { tag }: Conversation): Promise<void> =>
  attempt(async () => {
    await arrange(session.store, tag, { standing: 'accepted' })
    session.changed(tag)
    session.contactAccepted(tag)
  })

/** Nothing more of them is shown. What they wrote before stays readable, but counts no more. */
export const block = (session: Session, { tag }: Conversation): Promise<void> =>
  attempt(async () => {
    await arrange(session.store, tag, { standing: 'blocked', unread: 0 })
    session.changed(tag)
  })

/** The server that the name of a person points to, whether or not it has confirmed it. */
export const serverOf = ({ handle, claimed }: Conversation): string | undefined => (handle ?? claimed)?.split('@')[1]

/** What the operator of somebody's server needs to find an account: no word of what was written. */
export const reportText = (conversation: Conversation, lastAt: number | undefined, now: number): string =>
  t.list.report.body({
    key: conversation.primary,
    handle: conversation.handle ?? conversation.claimed ?? '',
    confirmed: conversation.handle !== undefined,
    last: lastAt === undefined ? t.list.report.noMessage : new Date(lastAt).toISOString(),
    now: new Date(now).toISOString(),
  })
