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

it('says what an unlocked page knows of it, without noise when that was told of or is muted', async () => {
  const words = { title: 'bob', body: 'Hello' }
  const told = surroundWorker({ pages: [undefined, { quiet: true, words }] })
  await onPush()
  expect(told.shown).toEqual([{ ...words, silent: true }])
  const muted = surroundWorker({ pages: [{ quiet: true }] })
  await onPush()
  expect(muted.shown).toEqual([{ title: 'kez', body: 'Something new has come.', silent: true }])
  const unknown = surroundWorker({ pages: [{ quiet: false }] })
  await onPush()
  expect(unknown.shown).toEqual([{ title: 'kez', body: 'Something new has come.' }])
})

it('waits only so long for pages that are locked or asleep', async () => {
  vi.useFakeTimers()
  const { shown } = surroundWorker({ pages: [undefined] })
  const done = onPush()
  await vi.advanceTimersByTimeAsync(3_000)
  await done
  vi.useRealTimers()
  expect(shown).toEqual([{ title: 'kez', body: 'Something new has come.' }])
})

it('asks no page about a test, which is to be seen and heard', async () => {
  const { shown } = surroundWorker({ endpoint, notes: { test: String(Date.now()) }, pages: [{ quiet: true }] })
  await onPush()
  expect(shown).toEqual([{ title: 'kez', body: 'This is the test you asked for. It has come.' }])
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
