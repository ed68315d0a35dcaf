import { locale, t } from '../strings/index.ts'

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' })
const dayAndMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const fullDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
const withYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' })

/** Midnight at the beginning of the local day, so that days can be compared and counted. */
export const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)

// Days differ in length twice a year, so the quotient is rounded.
const daysBetween = (earlier: number, later: number): number =>
  Math.round((startOfDay(later) - startOfDay(earlier)) / 86_400_000)

export const timeOfDay = (ms: number): string => clock.format(ms)
export const exactTime = (ms: number): string => exact.format(ms)

/** For the list: the time today, the weekday this week, else the date. */
export const shortTime = (ms: number, now = Date.now()): string => {
  const days = daysBetween(ms, now)
  if (days <= 0) return timeOfDay(ms)
  return days < 7 ? weekday.format(ms) : dayAndMonth.format(ms)
}

/** For the separators in a thread. */
export const dayName = (ms: number, now = Date.now()): string => {
  const days = daysBetween(ms, now)
  if (days <= 0) return t.time.today
  if (days === 1) return t.time.yesterday
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? fullDay.format(ms) : withYear.format(ms)
}
