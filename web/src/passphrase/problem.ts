import type { IdentityError } from '@kez-chat/identity'
import { t } from '../strings/index.ts'

/** What is wrong with the words that somebody has entered. */
export const phraseProblem = ({ code, details }: IdentityError): string => {
  if (code === 'phrase_word_count') return t.restore.count(Number(details.count))
  if (code === 'phrase_checksum') return t.restore.checksum
  if (code === 'too_large') return t.restore.tooLong
  if (code === 'malformed') return t.restore.hexLength(Number(details.count))
  const suggestion = details.suggestion
  return t.restore.unknownWord(Number(details.position), suggestion === undefined ? undefined : String(suggestion))
}
