import { afterEach, expect, it, vi } from 'vitest'
import { surroundWorker } from '../../test/worker-surroundings.ts'
import { onPush } from './push.ts'

const endpoint = 'https://push.test/1'

afterEach(() => {
  vi.unstubAllGlobals()
})

it('shows one notification that names nobody, and tells the server nothing', async () => {
  const { shown, posted } = surroundWorker({ endpoint, notes: { language: 'en', endpoint } })
  await onPush()
  expect(shown).toEqual([{ title: 'kez', body: 'Something new has come.' }])
  expect(posted).toEqual([])
})

it('speaks the language of the app', async () => {
  const { shown } = surroundWorker({ notes: { language: 'de-AT' } })
  await onPush()
  expect(shown).toEqual([{ title: 'kez', body: 'Etwas Neues ist da.' }])
})

it('shows it also when the browser does not give out what the app has left', async () => {
  const { shown } = surroundWorker({ stuck: true })
  await onPush()
  expect(shown).toEqual([{ title: 'kez', body: 'Something new has come.' }])
})

it('confirms a push only while a test runs', async () => {
  const now = surroundWorker({ endpoint, notes: { test: String(Date.now()) } })
  await onPush()
  expect(now.shown).toHaveLength(1)
  expect(now.posted).toEqual([{ path: '/v1/push/receipt', body: { endpoint } }])
  const later = surroundWorker({ endpoint, notes: { test: String(Date.now() - 200_000) } })
  await onPush()
  expect(later.posted).toEqual([])
})

it('shows it also when the receipt cannot be sent', async () => {
  const offline = () => {
    throw new TypeError('offline')
  }
  const { shown } = surroundWorker({ endpoint, notes: { test: String(Date.now()) }, answer: offline })
  await onPush()
  expect(shown).toHaveLength(1)
})
