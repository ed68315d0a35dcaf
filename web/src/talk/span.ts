import { locale } from '../strings/index.ts'

const units = [
  ['week', 7 * 24 * 3_600],
  ['day', 24 * 3_600],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** The times after which messages can be set to disappear, in seconds. */
export const timers = [300, 3_600, 86_400, 7 * 86_400, 4 * 7 * 86_400] as const

/** A time to live in words, in the largest unit that fits it evenly. */
export const spanWords = (ttl: number): string => {
  const [unit, seconds] = units.find(([, size]) => ttl % size === 0) ?? ['second', 1]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(ttl / seconds)
}
