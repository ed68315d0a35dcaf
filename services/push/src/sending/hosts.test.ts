import { expect, it } from 'vitest'
import { allowedBy, isHostPattern, knownHosts } from './hosts.ts'

it.each([
  ['https://updates.push.services.mozilla.com/wpush/v2/gAAAAA', 'updates.push.services.mozilla.com'],
  ['https://updates-autopush.stage.push.services.mozilla.com/x', '*.push.services.mozilla.com'],
  ['https://fcm.googleapis.com/fcm/send/abc:def', 'fcm.googleapis.com'],
  ['https://web.push.apple.com/QGh', 'web.push.apple.com'],
  ['https://wns2-par02p.notify.windows.com/w/?token=abc', '*.notify.windows.com'],
])('%s is a push service', (endpoint, pattern) => {
  expect(allowedBy(endpoint, knownHosts)).toBe(pattern)
})

it.each([
  'https://push.example.org/x',
  'https://fcm.googleapis.com.example.org/x',
  'https://evilnotify.windows.com/x',
  'https://notify.windows.com/x',
  'https://fcm.googleapis.com:8443/x',
  'http://fcm.googleapis.com/x',
  'https://fcm.googleapis.com@example.org/x',
  'https://user@fcm.googleapis.com/x',
  'https://127.0.0.1/x',
  'https://localhost/x',
])('%s is none', (endpoint) => {
  expect(allowedBy(endpoint, knownHosts)).toBeUndefined()
})

it('an operator names more of them, with their ports', () => {
  const more = ['push.example.org:8443', '*.ntfy.example']
  expect(more.every(isHostPattern)).toBe(true)
  expect(allowedBy('https://push.example.org:8443/x', more)).toBe('push.example.org:8443')
  expect(allowedBy('https://eu.ntfy.example/x', more)).toBe('*.ntfy.example')
  expect(['*', '*.', 'https://x.org', 'a b.org', 'x.org/path', '.org', 'X.org'].filter(isHostPattern)).toEqual([])
})
