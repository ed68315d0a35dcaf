import { messageTag, openMessage, sealMessage } from './message.ts'
import { isMisdated, openOutgoing, sealOutgoing } from './outgoing.ts'
import { changeStanding } from './sent-change.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

/**
 * Holds back what a wrong clock has dated ahead: whoever opened it would refuse it. `now` is the home server's time.
 * Returns the conversations that it is in.
 */
export const holdMisdated = ({ db, rest }: Store, now: number): Promise<string[]> =>
  transact(db, ['messages', 'changes', 'outgoing'], async (tx) => {
    const held: (string | undefined)[] = []
    for (const row of await tx.objectStore('outgoing').getAll()) {
      const outgoing = whole(() => openOutgoing(rest, row))
      if (!outgoing || outgoing.held || !isMisdated(outgoing.record, now)) continue
      await tx.objectStore('outgoing').put(sealOutgoing(rest, { ...outgoing, held: true }))
      const messages = tx.objectStore('messages')
      const n = await messages.index('inner').getKey(messageTag(rest, outgoing.record.inner_id, 'own'))
      const known = n === undefined ? undefined : await messages.get(n)
      const failed = { state: 'failed' as const, code: 'misdated' }
      if (!known) {
        const tables = { messages, changes: tx.objectStore('changes') }
        held.push(await changeStanding(tables, rest, outgoing.record.inner_id, () => failed))
        continue
      }
      const { v: _version, n: _n, ...message } = openMessage(rest, known)
      const delivery = { ...failed, at: now }
      await messages.put({ ...known, box: sealMessage(rest, known.conversation, { ...message, delivery }) })
      held.push(known.conversation)
    }
    return [...new Set(held)].filter((conversation) => conversation !== undefined)
  })
