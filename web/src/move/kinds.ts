import type { Kind } from './kind.ts'
import { account } from './kinds/account.ts'
import { ack } from './kinds/ack.ts'
import { change } from './kinds/change.ts'
import { choices } from './kinds/choices.ts'
import { claim } from './kinds/claim.ts'
import { conversation } from './kinds/conversation.ts'
import { draft } from './kinds/draft.ts'
import { file, filePart } from './kinds/file.ts'
import { invitation } from './kinds/invitation.ts'
import { links } from './kinds/links.ts'
import { acknowledged, guard } from './kinds/marks.ts'
import { message } from './kinds/message.ts'
import { outgoing } from './kinds/outgoing.ts'
import { person } from './kinds/person.ts'
import { picture } from './kinds/picture.ts'
import { progress } from './kinds/progress.ts'
import { seen } from './kinds/seen.ts'
import { sigchain } from './kinds/sigchain.ts'
import { step } from './kinds/step.ts'
import { unopened } from './kinds/unopened.ts'

/** All that is taken along, in the order in which it is written: what others build on comes first. */
export const kinds: readonly Kind[] = [
  ...[account, picture, choices, progress, sigchain, claim],
  ...[conversation, person, draft, invitation],
  // What must not be shown twice stands before the messages: a file that was cut off shows nothing twice either.
  ...[guard, acknowledged, seen],
  ...[message, change, step, outgoing, ack, links, unopened],
  ...[file, filePart],
]
