import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PrimaryHex, type RouteRule, routeRules } from '@kez-chat/contracts'
import {
  appPermissions,
  authKickPermissions,
  authPermissions,
  type NatsUser,
  natsUsers,
  type Permissions,
  peopleExports,
  permissionsFor,
  sysPermissions,
} from '@kez-chat/nats-config'

const file = join(import.meta.dirname, '..', 'docs', 'authorisation.md')

const meaning: Record<RouteRule, string> = {
  anyone: 'what it returns is public, or the request carries its own proof (a signed registration)',
  'owner-reads': "the handle's primary, by a signature of at most 60 s over the read; may be replayed within that time",
  'owner-changes':
    "the handle's primary, by a signature of at most 60 s over server, method, path with query and body (or the endpoint of a push subscription); acts once across all gateways",
  internal:
    'only the internal listener, which is not for the public; `/internal/nats/auth` and those of the operator (`/internal/invites`, `/internal/people`, `/internal/projections`) besides want a secret or a client certificate',
}

/** What a NATS user may do, by account. One inbox stream; with more of them each is named in the same way. */
export const natsPermissions = (): Record<NatsUser, Permissions & { account: string }> => {
  const app = appPermissions(1)
  const inApp = (user: keyof typeof app) => ({ account: 'APP', ...app[user] })
  return {
    registry: inApp('registry'),
    gateway: inApp('gateway'),
    'relay-bridge': inApp('relay-bridge'),
    push: inApp('push'),
    'auth-reader': inApp('auth-reader'),
    admin: inApp('admin'),
    backup: inApp('backup'),
    auth: { account: 'AUTH', ...authPermissions },
    'auth-kick': { account: 'SYS', ...authKickPermissions },
    sys: { account: 'SYS', ...sysPermissions },
  }
}

/** `kez.inbox.*.p0` … `p63` are one line. */
const readable = (subjects: readonly string[]): string[] => {
  const buckets = subjects.filter((subject) => /^kez\.inbox\.\*\.p\d+$/.test(subject))
  const others = subjects.filter((subject) => !buckets.includes(subject))
  return [...others, ...(buckets.length > 0 ? [`kez.inbox.*.p<0…${buckets.length - 1}>`] : [])].sort()
}

const list = (subjects: readonly string[]): string =>
  subjects.length === 0
    ? '- nothing\n'
    : readable(subjects)
        .map((subject) => `- \`${subject}\`\n`)
        .join('')

const routeTable = (): string => {
  const rows = Object.entries<RouteRule>(routeRules).map(([route, rule]) => `| \`${route}\` | ${rule} |\n`)
  return `| route | who |\n|---|---|\n${rows.join('')}`
}

const userSection = (user: NatsUser): string => {
  const { account, publish, subscribe } = natsPermissions()[user]
  return `### ${user} (account ${account})\n\nMay publish:\n\n${list(publish)}\nMay subscribe:\n\n${list(subscribe)}\n`
}

/** The grant of an example person, told with names in place of keys. */
const personSection = (): string => {
  const [primary, inbox] = ['a', 'b'].map((digit) => PrimaryHex.parse(digit.repeat(64)))
  if (!primary || !inbox) return ''
  const replyRandom = 'c'.repeat(32)
  const grant = permissionsFor({ primary, inbox, replyRandom }, { inboxStreams: 1, consumersPerPerson: 1 })
  const named = (subjects: readonly string[]): string[] =>
    subjects.map((subject) =>
      subject.replaceAll(primary, '<primary>').replaceAll(inbox, '<inbox>').replaceAll(replyRandom, '<random>'),
    )
  return `May publish:\n\n${list(named(grant.publish))}\nMay subscribe:\n\n${list(named(grant.subscribe))}`
}

/** Every route and every NATS user with what each may do. */
export const authorisationDocument = (): string => {
  const { services, streams } = peopleExports(1)
  return `# Who may do what

Made by \`node scripts/authorisation.ts\` from the rules that the programs enforce; a test fails when it is out of date.
Whatever is not listed is refused: a route without a rule keeps the gateway from starting, and nats-server refuses every other subject.

## HTTP routes

${(Object.keys(meaning) as RouteRule[]).map((rule) => `- **${rule}**: ${meaning[rule]}\n`).join('')}
${routeTable()}
## NATS users

Each may also answer a request once, within 30 s, on the reply subject it came with.

${natsUsers.map(userSection).join('')}## A person's own connection

Granted by the auth responder for at most 30 minutes; here for the key \`<primary>\`, the inbox \`<inbox>\` (the same key, unless the identity was rotated) and the first of the consumers:

${personSection()}
## What people's connections may reach

The account \`PEOPLE\` has no streams and no services of its own. It may use these subjects of \`APP\`, as far as a person's own permissions allow:

${list(services.map(({ subject }) => subject))}${list(streams)}`
}

export const savedAuthorisation = (): string => readFileSync(file, 'utf8')

if (import.meta.main) writeFileSync(file, authorisationDocument())
