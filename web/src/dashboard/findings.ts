import { marksOf } from '../people/marks.ts'
import type { Account } from '../storage/account.ts'
import type { Person } from '../storage/person.ts'
import { t } from '../strings/index.ts'
import { ago, fullDate } from '../ui/time.ts'
import type { Report } from './state.ts'

/** One line of the dashboard. */
export type Finding = {
  readonly name: string
  readonly text: string
  /** Whether nothing needs to be done about it. */
  readonly good: boolean
}

const words = () => t.people.dashboard

const handle = ({ handle: name, server }: Account, { profile }: Report): Finding => {
  const text = profile
    ? words().handleGood(`${name}@${server}`, fullDate(Date.parse(profile.registered_at)))
    : words().handleBad
  return { name: words().handle, text, good: profile?.handle === name }
}

const server = ({ version }: Report): Finding => ({
  ...{ name: words().server, good: version !== undefined },
  text: version === undefined ? words().serverBad : words().serverGood(version),
})

/** Enough of a hash to compare two devices by. */
const shortHash = (hash: string): string => `${hash.replace('sha256:', '').slice(0, 12)}…`

const chain = ({ chain: known, alarm }: Person): Finding => {
  const say = (text: string, good: boolean): Finding => ({ name: words().chain, text, good })
  if (alarm) return say(words().chainBad, false)
  if (known && known.status !== 'active') return say(words().chainEnded, false)
  if (!known || known.head === undefined) return say(words().chainNone, true)
  return say(words().chainGood(known.length, shortHash(known.head)), true)
}

const proofs = (person: Person, now: number): Finding => {
  const marks = marksOf(person, now).filter(({ state }) => state !== 'revoked')
  const good = marks.filter(({ state }) => state === 'verified')
  const say = (text: string, fine: boolean): Finding => ({ name: words().proofs, text, good: fine })
  if (marks.length === 0) return say(words().proofsNone, true)
  if (good.length < marks.length) return say(words().proofsBad(marks.length - good.length, marks.length), false)
  return say(words().proofsGood(good.length, ago(Math.max(...good.map(({ check }) => check?.at ?? 0)), now)), true)
}

const mailbox = ({ mailbox: state }: Report): Finding => {
  const say = (text: string, good: boolean): Finding => ({ name: words().mailbox, text, good })
  if (!state) return say(words().unknown, false)
  return state.full
    ? say(words().mailboxFull, false)
    : say(words().mailboxGood(state.messages, state.max_messages), true)
}

const relays = ({ relays: all }: Report): Finding => {
  const say = (text: string, good: boolean): Finding => ({ name: words().relays, text, good })
  if (!all) return say(words().unknown, false)
  if (all.length === 0) return say(words().relaysNone, true)
  const up = all.filter(({ state }) => state === 'connected').length
  return say(words().relaysGood(up, all.length), up > 0)
}

const devices = ({ devices: n }: Report): Finding => ({
  ...{ name: words().devices, good: n !== undefined },
  text: n === undefined ? words().unknown : words().devicesGood(n),
})

/** Everything that is known of the own person at the server, each with whether it is as it should be. */
export const findingsOf = (account: Account, person: Person, report: Report, now: number): Finding[] => {
  if (report.version === undefined) return [server(report), chain(person), proofs(person, now)]
  return [
    ...[handle(account, report), server(report), chain(person), proofs(person, now)],
    ...[mailbox(report), relays(report), devices(report)],
  ]
}
