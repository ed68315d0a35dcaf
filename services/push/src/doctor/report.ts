import {
  commandSubject,
  type PrimaryHex,
  PushDoctorCommand,
  type PushDoctorReport,
  PushFailure,
  type PushFinding,
} from '@kez-chat/contracts'
import { pendingMigrations } from '@kez-chat/eventlog/postgres'
import { type CommandServer, type Log, type NatsConnection, serveCommand } from '@kez-chat/runtime'
import { type Selectable, sql } from 'kysely'
import { type Db, pushSchema, type Tables } from '../db/database.ts'
import { migrations } from '../db/migrations/index.ts'
import type { Post } from '../sending/post.ts'
import type { SubscriptionStore } from '../subscriptions/store.ts'
import { isRealSubject } from '../vapid/subject.ts'
import { explanations } from './explain.ts'

export type DoctorOptions = {
  nc: NatsConnection
  db: Db
  store: SubscriptionStore
  post: Post
  subject: string
  /** The current key first. */
  vapidKeys: readonly string[]
  /** Why the inbox streams are not followed, if they are not. */
  notFollowing(): readonly string[]
  log: Log
}

const finding = (level: PushFinding['level'], about: string, detail: string): PushFinding => ({ level, about, detail })

const ago = (at: Date | null): string => {
  if (!at) return 'never'
  const minutes = Math.round((Date.now() - at.getTime()) / 60_000)
  if (minutes < 120) return `${minutes} min ago`
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1_440)} days ago`
}

const aboutSubject = (subject: string): PushFinding =>
  isRealSubject(subject)
    ? finding('ok', 'contact', `Push services are told ${subject} as the contact.`)
    : {
        ...finding(
          'problem',
          'contact',
          `${subject} is no contact under a public name: Apple refuses every push (403 BadJwtToken).`,
        ),
        cure: 'Set KEZ_VAPID_SUBJECT to mailto:somebody@a-real-domain, or to an https: URL under a public name, and restart push.',
      }

const aboutKeys = (
  inUse: ReadonlyMap<string, number>,
  [current = '', ...previous]: readonly string[],
): PushFinding[] => {
  const old = [...inUse].filter(([key]) => previous.includes(key)).reduce((sum, [, count]) => sum + count, 0)
  const unknown = [...inUse].filter(([key]) => key !== current && !previous.includes(key))
  const lost = unknown.reduce((sum, [, count]) => sum + count, 0)
  return [
    lost > 0
      ? finding(
          'problem',
          'keys',
          `${lost} devices are bound to a VAPID key that is not in the key file: nothing can be sent to them until the file is restored or they subscribe again.`,
        )
      : finding('ok', 'keys', `${inUse.get(current) ?? 0} devices are bound to the current VAPID key.`),
    ...(old > 0
      ? [
          finding(
            'warning',
            'keys',
            `${old} devices still have a key from before a rotation; they move when their app is opened.`,
          ),
        ]
      : []),
  ]
}

type Service = { origin: string; alive: number; failing: number; failure: string | null; last_success: Date | null }

const aboutService = ({ origin, alive, failing, failure, last_success }: Service): PushFinding => {
  const counts = `${alive} devices alive, ${failing} failing, last success ${ago(last_success)}.`
  const known = PushFailure.safeParse(failure)
  if (failing === 0 || !known.success) return finding('ok', new URL(origin).host, counts)
  const level = failing > alive ? 'problem' : 'warning'
  return finding(level, new URL(origin).host, `${counts} Mostly ${known.data}: ${explanations[known.data]}`)
}

type WakeRow = Selectable<Tables['wakes']>

const aboutWakes = (wake: WakeRow | undefined): PushFinding => {
  const about = 'wakes'
  if (!wake?.woken_at && !wake?.due_at) return finding('ok', about, 'No message has come that would wake this person.')
  if (wake.due_at)
    return finding('ok', about, `The next wake is due at ${wake.due_at.toISOString()}: at most one in 10 minutes.`)
  if (!wake.reached_at)
    return finding('warning', about, `The last wake, ${ago(wake.woken_at)}, has reached no push service.`)
  return finding(
    'ok',
    about,
    `Last woken ${ago(wake.woken_at)}. The next wake needs a client to have read the inbox since.`,
  )
}

/** Looks at everything that a push depends on, for operators. It names no person and no endpoint. */
export const createDoctor = (options: DoctorOptions) => {
  const { db, store, post, subject, vapidKeys, notFollowing } = options

  const services = async (): Promise<Service[]> => {
    const { rows } = await sql<Service>`
      select origin, count(*) filter (where failing_since is null)::int as alive,
        count(*) filter (where failing_since is not null)::int as failing,
        mode() within group (order by failure) as failure, max(last_success) as last_success
      from subscriptions group by origin order by count(*) desc limit 20`.execute(db)
    return rows
  }

  /** A push service that answers at all, to a push that nobody gets, is reachable. */
  const probe = async (origin: string): Promise<PushFinding> => {
    const { host } = new URL(origin)
    const answer = await post({ endpoint: `${origin}/`, authorisation: 'vapid t=, k=', ttl: 0, topic: 'kez-test' })
    return answer.kind === 'answer'
      ? finding('ok', host, 'It answers.')
      : finding('problem', host, explanations[answer.why])
  }

  const aboutTables = async (): Promise<PushFinding> => {
    const pending = await pendingMigrations(db, pushSchema, migrations)
    return pending.length === 0
      ? finding('ok', 'tables', 'The tables of push are of this version: no migration is pending.')
      : {
          ...finding('problem', 'tables', `Migrations of push have not run: ${pending.join(', ')}.`),
          cure: 'Restart push, which runs them as it starts, and read its log if they stay.',
        }
  }

  const backlog = async (): Promise<PushFinding> => {
    const { rows } = await sql<{ pending: number; oldest: Date | null }>`
      select count(*)::int as pending, min(since) as oldest from deliveries`.execute(db)
    const { pending = 0, oldest = null } = rows[0] ?? {}
    const isOld = oldest !== null && Date.now() - oldest.getTime() > 10 * 60_000
    return pending === 0
      ? finding('ok', 'backlog', 'Nothing waits to be sent.')
      : finding(
          isOld ? 'warning' : 'ok',
          'backlog',
          `${pending} pushes wait to be sent or tried again, the oldest since ${ago(oldest)}.`,
        )
  }

  const person = async (inbox: PrimaryHex): Promise<PushFinding[]> => {
    const devices = await store.list(inbox)
    const wake = await db.selectFrom('wakes').selectAll().where('inbox', '=', inbox).executeTakeFirst()
    if (devices.length === 0)
      return [
        finding('problem', 'devices', 'This person has no device that wants pushes; they switch it on in the app.'),
      ]
    return [
      ...devices.map((device) => {
        const failure = PushFailure.safeParse(device.failure)
        const name = `device ${device.fingerprint.slice(0, 8)}${device.label ? ` (${device.label})` : ''}`
        const facts = `${new URL(device.origin).host}, last success ${ago(device.last_success)}, last receipt ${ago(device.last_receipt)}.`
        const key =
          device.vapid_key === vapidKeys[0] ? '' : ' It still has an old key and moves when its app is opened.'
        return failure.success
          ? finding(
              'problem',
              name,
              `${facts}${key} Last failure ${ago(device.last_failure)}, ${failure.data}${device.failure_status ? ` (${device.failure_status})` : ''}: ${explanations[failure.data]}`,
            )
          : finding('ok', name, `${facts}${key}`)
      }),
      aboutWakes(wake),
    ]
  }

  return async (inbox: PrimaryHex | undefined, probing: boolean): Promise<PushDoctorReport> => {
    const known = await services()
    return {
      findings: [
        aboutSubject(subject),
        ...aboutKeys(await store.keysInUse(), vapidKeys),
        await aboutTables(),
        ...notFollowing().map((why) => finding('problem', 'inbox streams', `Messages are not seen: ${why}`)),
        ...known.map(aboutService),
        ...(probing ? await Promise.all(known.map(({ origin }) => probe(origin))) : []),
        await backlog(),
        ...(inbox === undefined ? [] : await person(inbox)),
      ],
    }
  }
}

/** Answers the gateway, whose internal listener the operator's command line asks. */
export const serveDoctor = (options: DoctorOptions): CommandServer => {
  const doctor = createDoctor(options)
  const command = {
    subject: commandSubject.pushDoctor,
    queue: 'push',
    schema: PushDoctorCommand,
    log: options.log,
    limit: 8,
  }
  return serveCommand(options.nc, command, ({ inbox, probe }) => doctor(inbox, probe))
}
