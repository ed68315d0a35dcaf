import type { PrimaryId } from '@kez-chat/identity'
import { changesOf, isDeleted } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { talkWords } from '../strings/talk.ts'
import { excerptOf } from './excerpt.ts'

const shortest = 60

/** What the peer did to messages between two looks at them, in words for those who listen. */
export const toldOf = (
  name: string,
  peer: PrimaryId,
  before: readonly StoredMessage[],
  now: readonly StoredMessage[],
): readonly string[] => {
  const known = new Map(before.map((message) => [message.inner_id, message]))
  const words = talkWords().said
  return now.flatMap((message) => {
    const earlier = known.get(message.inner_id)
    if (!earlier) return []
    const isTheirs = message.delivery === undefined
    if (isDeleted(message)) return isTheirs && !isDeleted(earlier) ? [words.deleted(name)] : []
    const [had, has] = [changesOf(earlier), changesOf(message)]
    const given = has.reactions.find(({ from }) => from === peer)
    const isNew = given?.emoji !== undefined && !had.reactions.some(({ id }) => id === given.id)
    const isEdited = isTheirs && has.versions.at(-1)?.id !== had.versions.at(-1)?.id
    return [
      ...(isNew ? [words.reacted(name, given.emoji ?? '', excerptOf(message, shortest))] : []),
      ...(isEdited ? [words.edited(name, excerptOf(message))] : []),
    ]
  })
}
