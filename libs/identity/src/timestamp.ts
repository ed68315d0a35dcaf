import { IdentityError } from './errors.ts'

const RFC3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/

/**
 * An RFC 3339 time in UTC with 0–3 fraction digits (protocol, preamble) as unix milliseconds.
 * Days and hours that do not exist are refused.
 * @throws IdentityError `malformed`
 */
export const parseTimestamp = (text: string): number => {
  const ms = RFC3339_UTC.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse rolls 30 February over to March; the round trip shows it.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw new IdentityError('malformed', 'not an RFC 3339 time in UTC with at most three fraction digits')
  }
  return ms
}

/** Unix milliseconds as RFC 3339 in UTC, with milliseconds. */
export const formatTimestamp = (ms: number): string => new Date(ms).toISOString()

/** Unix milliseconds as RFC 3339 in UTC, without a fraction where it is zero: the form of claims and sigchain events. */
export const formatShortTimestamp = (ms: number): string => formatTimestamp(ms).replace('.000Z', 'Z')
