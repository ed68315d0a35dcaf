import { expect, it } from 'vitest'
import { isRealSubject } from './subject.ts'

it.each([
  'mailto:admin@chat.kez.org',
  'https://chat.kez.org',
  'https://chat.kez.org/contact?x=1',
  'mailto:a+b@xn--bcher-kva.de',
])('%s reaches somebody', (subject) => {
  expect(isRealSubject(subject)).toBe(true)
})

it.each([
  '',
  'admin@chat.kez.org',
  'mailto: admin@chat.kez.org',
  'mailto:<admin@chat.kez.org>',
  'mailto:admin@localhost',
  'mailto:admin@server.local',
  'mailto:admin@example.test',
  'mailto:admin',
  'mailto:a@b@kez.org',
  'http://chat.kez.org',
  'https://localhost',
  'https://127.0.0.1',
  'https://[::1]',
  'https://user:secret@chat.kez.org',
  'https://chat',
  'https://chat.kez.org/a b',
])('%j does not', (subject) => {
  expect(isRealSubject(subject)).toBe(false)
})
