import { invitationToken, newInvitationSecret } from '@kez-chat/identity'
import { createInner } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { freshStore, person, prepared, readMessages, receivedBy, textFrom } from '../../test/store.ts'
import { conversationTag } from './conversation.ts'
import { arrange, listSummaries, meet, readConversation } from './conversations.ts'
import { storeIncoming } from './incoming.ts'
import { forgetInvitation, keepInvitation, listInvitations, mostInvitations } from './invitations.ts'
import { storeOutgoing } from './outgoing.ts'
import type { Store } from './store.ts'

const me = person()
const [bob, carol] = [person(), person()]
const day = 24 * 60 * 60_000
const now = Date.now()

const keep = async (store: Store, more: { uses?: number; expires_at?: number } = {}) => {
  const kept = await keepInvitation(store, {
    ...{ secret: newInvitationSecret(), uses: 1, note: '', with_code: false, created_at: now, expires_at: now + day },
    ...more,
  })
  if (!kept) throw new TypeError('it was not kept')
  return { ...kept, token: invitationToken(kept.secret) }
}

const says = (from: typeof bob, text: string, invitation?: string, more: object = {}) =>
  createInner({
    ...{ from: from.primary, fromHandle: 'bob@kez.test', to: me.primary, sentAt: now },
    body: { type: 'text', text, ...(invitation === undefined ? {} : { invitation }), ...more },
  })

const comes = async (store: Store, inner: ReturnType<typeof says>, from: typeof bob, receivedAt?: number) => {
  const message = await receivedBy(inner, from, me)
  return storeIncoming(store, { ...message, ...(receivedAt === undefined ? {} : { receivedAt }) }, { now })
}

const standing = async (store: Store, who: typeof bob) =>
  (await readConversation(store, conversationTag(store.rest, who.primary)))?.standing

describe('somebody who shows an invitation', () => {
  it('is an accepted conversation at once, whose token is kept nowhere with the message', async () => {
    const store = await freshStore()
    const { token } = await keep(store)
    expect(await comes(store, says(bob, 'hello', token), bob)).toMatchObject({ isNew: true, admitted: true })
    expect(await listSummaries(store)).toMatchObject([
      {
        conversation: { standing: 'accepted', invited: true, unread: 1 },
        last: { body: { type: 'text', text: 'hello' } },
      },
    ])
    const [message] = await readMessages(store, conversationTag(store.rest, bob.primary), { count: 1 })
    expect(message?.body).toEqual({ type: 'text', text: 'hello' })
    expect((await listInvitations(store, now))[0]?.used).toMatchObject([{ at: now }])
  })

  it('may show it again; nobody else may, once as many have come as were asked', async () => {
    const store = await freshStore()
    const { token } = await keep(store)
    await comes(store, says(bob, 'one', token), bob)
    await comes(store, says(bob, 'two', token), bob)
    await comes(store, says(carol, 'me too', token), carol)
    expect([await standing(store, bob), await standing(store, carol)]).toEqual(['accepted', 'request'])
    const more = await keep(store, { uses: 2 })
    await comes(store, says(carol, 'with another one', more.token), carol)
    expect(await standing(store, carol)).toBe('accepted')
    expect((await listInvitations(store, now)).map(({ used }) => used.length)).toEqual([1, 1])
  })

  it('is admitted also after words that did not show it', async () => {
    const store = await freshStore()
    const { token } = await keep(store)
    await comes(store, says(bob, 'is this the place?'), bob)
    expect(await standing(store, bob)).toBe('request')
    expect(await comes(store, says(bob, 'it is', token), bob)).toMatchObject({ admitted: true })
    expect(await standing(store, bob)).toBe('accepted')
  })

  it.each([
    ['expired', async (store: Store) => (await keep(store, { expires_at: now - 1 })).token],
    [
      'revoked',
      async (store: Store) => {
        const { tag, token } = await keep(store)
        await forgetInvitation(store, tag)
        return token
      },
    ],
    ['never made', async () => invitationToken(newInvitationSecret())],
  ])('is a stranger when it was %s', async (_, make) => {
    const store = await freshStore()
    const token = await make(store)
    expect(await comes(store, says(bob, 'hello', token), bob)).not.toHaveProperty('admitted')
    expect(await standing(store, bob)).toBe('request')
  })

  it('is in time when the home server had the message in time, and not by dating it back', async () => {
    const store = await freshStore()
    const { token } = await keep(store, { expires_at: now - 1_000 })
    await comes(store, says(bob, 'in time', token), bob, now - 2_000)
    expect(await standing(store, bob)).toBe('accepted')
    const late = createInner({ ...says(carol, 'late', token), fromHandle: 'carol@kez.test', sentAt: now - 60_000 })
    await comes(store, late, carol, now)
    expect(await standing(store, carol)).toBe('request')
  })

  it('stays out when they are blocked', async () => {
    const store = await freshStore()
    const { token } = await keep(store)
    const { conversation = '' } = await comes(store, says(bob, 'hello'), bob)
    await arrange(store, conversation, { standing: 'blocked' })
    await comes(store, says(bob, 'again', token), bob)
    expect(await standing(store, bob)).toBe('blocked')
    expect((await listInvitations(store, now))[0]?.used).toEqual([])
  })

  it('is admitted once when the same message comes in two tabs at once', async () => {
    const store = await freshStore()
    const { token } = await keep(store, { uses: 2 })
    const inner = says(bob, 'hello', token)
    await Promise.all([comes(store, inner, bob), comes(store, inner, bob), comes(store, inner, bob)])
    expect((await listInvitations(store, now))[0]?.used).toHaveLength(1)
  })
})

describe('the list of invitations', () => {
  it('is bounded, the newest first, and forgets what has long been over', async () => {
    const store = await freshStore()
    for (let i = 0; i < mostInvitations - 1; i++) await keep(store)
    await keep(store, { expires_at: now - 8 * day })
    await expect(keep(store)).rejects.toThrow()
    expect(await listInvitations(store, now)).toHaveLength(mostInvitations - 1)
    await keep(store)
  })

  it('shows a stranger neither secret nor token', async () => {
    const store = await freshStore()
    const { secret, token } = await keep(store)
    const raw = JSON.stringify(await store.db.getAll('invitations'), (_name, value: unknown) =>
      value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
    )
    expect(raw.length).toBeGreaterThan(100)
    for (const text of [secret, token]) expect(raw).not.toContain(text)
  })
})

describe('whoever was invited', () => {
  it('keeps the token of their conversation until they are answered', async () => {
    const store = await freshStore()
    const invitation = invitationToken(newInvitationSecret())
    const tag = await meet(store, bob.primary, 'bob@kez.test', { invitation })
    const tokenOf = async () => (await readConversation(store, tag))?.invitation
    const body = { type: 'text', text: 'hello', invitation }
    await storeOutgoing(store, await prepared(me, bob, 'hello', { body }))
    expect((await readMessages(store, tag, { count: 1 }))[0]?.body).toEqual({ type: 'text', text: 'hello' })
    expect(await tokenOf()).toBe(invitation)
    await storeIncoming(store, await receivedBy(textFrom(bob, me, 'welcome'), bob, me))
    expect(await tokenOf()).toBeUndefined()
  })
})
