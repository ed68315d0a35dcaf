import type { Difference } from '@kez-chat/eventlog'

/** What a stream holds now, as far as it decides whether a change would take something away. */
export type Held = {
  readonly messages: number
  readonly bytes: number
  /** When the oldest message was stored, unix ms. */
  readonly oldest: number
}

/** Whether a field may be set while people write, and in either case why. */
export type Judgement = { readonly isSafe: boolean; readonly why: string }

const safe = (why: string): Judgement => ({ isSafe: true, why })
const refused = (why: string): Judgement => ({ isSafe: false, why })

/** -1 and 0 stand for "no limit". */
const limitOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : Number.POSITIVE_INFINITY)

/** So much of a smaller limit must stay free, because the stream goes on growing while it is changed. */
const room = 0.75
const nsPerMs = 1_000_000
/** So much younger than a shorter age the oldest message must be, ms. */
const ageRoom = 3_600_000

type Rule = (difference: Difference, held: Held, now: number) => Judgement

const limit =
  (fits: (most: number, held: Held, now: number) => boolean, lost: string): Rule =>
  ({ found, wanted }, held, now) => {
    const [before, after] = [limitOf(found), limitOf(wanted)]
    if (after >= before) return safe('a wider limit takes nothing away')
    if (held.messages === 0 || fits(after, held, now)) return safe('what is there fits the narrower limit')
    return refused(`the server would delete ${lost} beyond the new limit`)
  }

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const bySetting = (value: unknown, why: string, otherwise: string): Rule => {
  return ({ wanted }) => (wanted === value ? safe(why) : refused(otherwise))
}

const changesNothingStored: Rule = () => safe('nothing that is stored changes')
const cannotChange: Rule = () => refused('the server cannot change this of a stream that exists')

/** By field; what is not named here is not touched. */
const rules: Readonly<Record<string, Rule>> = {
  max_bytes: limit((most, { bytes }) => bytes <= most * room, 'or refuse messages'),
  max_msgs: limit((most, { messages }) => messages <= most * room, 'messages'),
  max_age: limit((most, { oldest }, now) => now - oldest + ageRoom < most / nsPerMs, 'messages'),
  max_msgs_per_subject: limit(() => false, 'messages'),
  max_msg_size: changesNothingStored,
  duplicate_window: changesNothingStored,
  discard: bySetting('new', 'from now on a full stream refuses, and forgets nothing', 'a full stream would forget'),
  discard_new_per_subject: changesNothingStored,
  allow_direct: changesNothingStored,
  allow_atomic: changesNothingStored,
  allow_rollup_hdrs: changesNothingStored,
  republish: changesNothingStored,
  no_ack: changesNothingStored,
  deny_delete: bySetting(true, 'from now on nothing can be deleted', 'the server does not take this back'),
  deny_purge: bySetting(true, 'from now on nothing can be purged', 'the server does not take this back'),
  num_replicas: ({ found, wanted }) =>
    Number(wanted) > Number(found)
      ? safe('more copies of the same')
      : refused('fewer copies: what one machine holds is lost with it'),
  subjects: ({ found, wanted }) =>
    list(found).every((subject) => list(wanted).includes(subject))
      ? safe('more subjects; those that are there stay')
      : refused('messages on subjects that go would not be found any more'),
  storage: cannotChange,
  retention: cannotChange,
  persist_mode: cannotChange,
  mirror: cannotChange,
}

/** Decides about one field that differs: only what deletes nothing and hides nothing is safe. */
export const judgeChange = (difference: Difference, held: Held, now: number): Judgement =>
  rules[difference.field]?.(difference, held, now) ??
  refused('this is no change that kez makes; look at it with the nats command')
