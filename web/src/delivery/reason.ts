import { t } from '../strings/index.ts'

/** What this program itself says of an attempt, in the words of `@kez-chat/nostr-client`. */
const ownWords: Readonly<Record<string, string>> = {
  'the home server was not reached': 'not_reached',
  'not connected': 'not_reached',
  'not connected in time': 'not_reached',
  'no connection in time': 'not_reached',
  'connection lost': 'not_reached',
  'connection closed': 'not_reached',
  'no answer': 'no_answer',
  'no answer in time': 'no_answer',
  silent: 'no_answer',
  'sent again': 'no_answer',
  'no home server': 'no_route',
  'no home server is known': 'no_route',
  'no relays': 'no_route',
  'no relay to send to': 'no_route',
  'no way to this person is known': 'no_route',
  floods: 'misbehaves',
  'sends what is no nostr': 'misbehaves',
  'more than can be taken': 'misbehaves',
  'more events than can be taken': 'misbehaves',
  'no challenge': 'auth_required',
  'too many events wait for this relay': 'full',
}

/** The words before the colon by which relays say what kind of refusal it is (NIP-01). */
const prefixes: Readonly<Record<string, string>> = {
  'rate-limited': 'rate_limited',
  'auth-required': 'auth_required',
  restricted: 'restricted',
  blocked: 'blocked',
  pow: 'pow',
}

const one = (reason: string): string => {
  const code = ownWords[reason] ?? reason
  const known = t.delivery.reasons[code]
  if (known !== undefined) return known
  const [prefix = '', ...rest] = reason.split(':')
  const kind = t.delivery.reasons[prefixes[prefix] ?? '']
  const words = (kind === undefined ? reason : rest.join(':')).trim()
  return [kind, words === '' ? undefined : t.delivery.said(words)].filter(Boolean).join(' ')
}

/** A reason in plain words: known codes translated, a relay's or server's own words quoted. Several may stand in one. */
export const reasonWords = (reason: string | undefined): string =>
  [...new Set((reason ?? '').split('; ').filter(Boolean).map(one))].join(' ')
