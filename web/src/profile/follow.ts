import { computed, effect, untracked } from '@preact/signals-core'
import { route } from '../app/route.ts'
import type { ChatsState } from '../chats/state.ts'
import type { Occasion } from './looking.ts'

export type FollowOptions = {
  readonly chats: Pick<ChatsState, 'summaries'>
  readonly look: (tag: string, occasion: Occasion) => void
  readonly contactsChanged: () => void
  readonly ended: AbortSignal
}

/** Looks for the picture of whoever's conversation or page is opened, and tells when other people may see the own one. */
export const followPeople = ({ chats, look, contactsChanged, ended }: FollowOptions): void => {
  const contacts = computed(() =>
    [...chats.summaries.value.values()]
      .filter(({ conversation: { standing = 'accepted' } }) => standing === 'accepted')
      .map(({ conversation: { tag } }) => tag)
      .toSorted()
      .join(),
  )
  let known: string | undefined
  const stopContacts = effect(() => {
    const now = contacts.value
    if (known !== undefined && known !== now) untracked(contactsChanged)
    known = now
  })
  const stopRoute = effect(() => {
    const now = route.value
    if (now.name === 'chat') untracked(() => look(now.tag, 'talk'))
    if (now.name === 'person') untracked(() => look(now.tag, 'page'))
  })
  ended.addEventListener('abort', () => {
    stopContacts()
    stopRoute()
  })
}
