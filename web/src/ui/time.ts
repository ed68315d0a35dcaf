import { locale, t } from '../strings/index.ts'

const styles = {
  clock: { hour: '2-digit', minute: '2-digit' },
  weekday: { weekday: 'short' },
  dayAndMonth: { day: 'numeric', month: 'short' },
  dayAndClock: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  fullDay: { weekday: 'long', day: 'numeric', month: 'long' },
  withYear: { day: 'numeric', month: 'long', year: 'numeric' },
  exact: { dateStyle: 'full', timeStyle: 'medium' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

// Made at the first use, when the language is known, and once: making one costs far more than using it.
const made = new Map<string, Intl.DateTimeFormat>()
const written = (style: keyof typeof styles, ms: number): string => {
  const format = made.get(style) ?? new Intl.DateTimeFormat(locale, styles[style])
  made.set(style, format)
  return format.format(ms)
}

/** Midnight at the beginning of the local day, so that days can be compared and counted. */
export const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)

// Days differ in length twice a year, so the quotient is rounded.
const daysBetween = (earlier: number, later: number): number =>
  Math.round((startOfDay(later) - startOfDay(earlier)) / 86_400_000)

export const timeOfDay = (ms: number): string => written('clock', ms)
export const exactTime = (ms: number): string => written('exact', ms)
export const fullDate = (ms: number): string => written('withYear', ms)

/** A moment, as short as it is clear: the time today, else with the day. */
export const moment = (ms: number, now = Date.now()): string =>
  daysBetween(ms, now) === 0 ? timeOfDay(ms) : written('dayAndClock', ms)
const spans: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

let relative: Intl.RelativeTimeFormat | undefined

/** How long ago something was, in words; what lies ahead by a wrong clock is now. */
export const ago = (ms: number, now = Date.now()): string => {
  relative ??= new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const past = Math.max(0, now - ms)
  const [unit, span] = spans.find(([, least]) => past >= least) ?? []
  if (!unit || !span) return t.time.justNow
  return relative.format(-Math.floor(past / span), unit)
}

/** For the list: the time today, the weekday this week, else the date. */
export const shortTime = (ms: number, now = Date.now()): string => {
  const days = daysBetween(ms, now)
  if (days <= 0) return timeOfDay(ms)
  return days < 7 ? written('weekday', ms) : written('dayAndMonth', ms)
}

/** For the separators in a thread. */
export const dayName = (ms: number, now = Date.now()): string => {
  const days = daysBetween(ms, now)
  if (days <= 0) return t.time.today
  if (days === 1) return t.time.yesterday
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? written('fullDay', ms) : fullDate(ms)
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** How long something is, roughly, in one unit. */
export const duration = (ms: number): string => {
  const [unit, size] = ms < 1.5 * hour ? ['minute', minute] : ms < 1.5 * day ? ['hour', hour] : ['day', day]
  const count = Math.max(1, Math.round(ms / Number(size)))
  return new Intl.NumberFormat(locale, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(count)
}
