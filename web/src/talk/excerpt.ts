import { fileLine } from '../files/words.ts'
import { isDeleted, textBodyOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { t } from '../strings/index.ts'
import { talkWords } from '../strings/talk.ts'
import { spanWords } from './span.ts'

const longest = 200

/** A message in one line: where it is answered, or named. */
export const excerptOf = (message: Pick<StoredMessage, 'body' | 'delivery'>, most = longest): string => {
  if (isDeleted(message)) return message.delivery ? talkWords().deletedOwn : talkWords().deletedOther
  const timer = textBodyOf(message)?.timer
  if (timer) return timer.ttl === 0 ? talkWords().list.timerOff : talkWords().list.timer(spanWords(timer.ttl))
  const { text } = message.body
  const said = typeof text === 'string' ? text : (fileLine(message.body) ?? t.thread.newerVersion)
  return said.length > most ? `${said.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…` : said
}
