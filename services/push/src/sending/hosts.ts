/**
 * The push services of today's browsers: Firefox, Chromium and its kin, Safari, and the old Edge. `*.` stands for any number
 * of labels.
 */
export const knownHosts = [
  'updates.push.services.mozilla.com',
  '*.push.services.mozilla.com',
  'fcm.googleapis.com',
  'jmt17.google.com',
  'web.push.apple.com',
  '*.push.apple.com',
  '*.notify.windows.com',
] as const

/** `push.example.org`, `push.example.org:8443` or `*.example.org`. */
export const isHostPattern = (text: string): boolean =>
  /^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}(:\d{1,5})?$/.test(text) && text.length <= 260

const matches = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.length >= pattern.length && host.endsWith(pattern.slice(1)) : host === pattern

/** The pattern that lets pushes to this endpoint out, which is also its name in metrics; undefined when there is none. */
export const allowedBy = (endpoint: string, patterns: readonly string[]): string | undefined => {
  const { host, protocol, username, password } = new URL(endpoint)
  if (protocol !== 'https:' || username !== '' || password !== '') return undefined
  return patterns.find((pattern) => matches(pattern, host))
}
