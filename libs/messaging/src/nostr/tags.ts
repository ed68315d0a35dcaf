import { MessageError } from '../errors.ts'
import type { NostrEvent } from './event.ts'

/** The values of all tags of that name, in their order; a tag without a value counts as ''. */
export const tagValues = (event: NostrEvent, name: string): string[] =>
  event.tags.filter(([first]) => first === name).map(([, value]) => value ?? '')

/**
 * The value of the tag of that name, or undefined when there is none.
 * @throws MessageError `malformed` when there are several
 */
export const onlyTag = (event: NostrEvent, name: string): string | undefined => {
  const [value, ...others] = tagValues(event, name)
  if (others.length > 0) throw new MessageError('malformed', `more than one tag ${name}`)
  return value
}
