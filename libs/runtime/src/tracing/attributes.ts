import { ErrorCode } from '@kez-chat/contracts'
import { isDestination } from './destinations.ts'

const outcomes = [
  'new',
  'stored',
  'duplicate',
  'full',
  'over_budget',
  'unfit',
  'unavailable',
  'known',
  'forged',
  'taken',
  'not_taken',
  'wake',
  'nothing',
  'delivered',
  'gone',
  'failed',
  'retry',
  'admitted',
  'refused',
] as const
const replays = ['history', 'check', 'gap', 'slow', 'catch_up'] as const
const operations = ['publish', 'request', 'answer', 'deliver', 'receive', 'process', 'project'] as const
/** Steps that have no destination. */
const steps = ['verify', 'login', 'send push'] as const
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** The pattern of a route: parameters by name, and nothing as long as a key. */
const isRoute = (text: string): boolean => /^\/[a-z0-9._:*/-]{0,100}$/i.test(text) && !/[0-9a-f]{20}/i.test(text)
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0
const oneOf =
  (...texts: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && texts.includes(value)
const textThat =
  (fits: (text: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && fits(value)

/**
 * Every attribute that a span may have, and what it may be. Nothing else leaves the process: no handle, key, address,
 * endpoint or message id can be written in one of these. Handles are in lower case, names of errors begin with a capital.
 */
const allowed = {
  'http.request.method': oneOf(...methods),
  'http.route': textThat(isRoute),
  'http.response.status_code': (value: unknown): boolean =>
    isCount(value) && Number(value) >= 100 && Number(value) < 600,
  'messaging.system': oneOf('nats', 'nostr'),
  'messaging.destination.name': textThat(isDestination),
  'messaging.operation.name': oneOf(...operations),
  'messaging.operation.type': oneOf('send', 'receive', 'process'),
  'messaging.batch.message_count': isCount,
  'error.type': textThat(
    (text) => ErrorCode.safeParse(text).success || /^[A-Z][A-Za-z]{2,40}$/.test(text) || /^[45]\d\d$/.test(text),
  ),
  'kez.outcome': oneOf(...outcomes),
  'kez.replay': oneOf(...replays),
  'kez.attempt': isCount,
} as const satisfies Record<string, (value: unknown) => boolean>

type AttributeName = keyof typeof allowed
export type SpanAttributes = Partial<Record<AttributeName, string | number>>
export type Replay = (typeof replays)[number]

const isAllowed = (name: string, value: unknown): boolean =>
  Object.hasOwn(allowed, name) && allowed[name as AttributeName](value)

/** What of a span's attributes may leave the process. */
export const allowedAttributes = (attributes: Readonly<Record<string, unknown>>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string | number] => isAllowed(...entry)),
  )

/** A span's name, or `unnamed` where it is no name of ours: an operation and where to, a method and a route, or a step. */
export const allowedName = (name: string): string => {
  if (oneOf(...steps)(name)) return name
  const space = name.indexOf(' ')
  const [first, second] = [name.slice(0, space), name.slice(space + 1)]
  const fits = oneOf(...operations)(first) ? isDestination(second) : oneOf(...methods)(first) && isRoute(second)
  return fits ? name : 'unnamed'
}
