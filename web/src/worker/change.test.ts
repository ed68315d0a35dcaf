import { afterEach, expect, it, vi } from 'vitest'
import { surroundWorker } from '../../test/worker-surroundings.ts'
import { onChange } from './change.ts'

const change = () => onChange({})
const replaces = (posted: readonly { path: string }[]) => posted.filter(({ path }) => path === '/v1/push/replace')

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('subscribes anew and moves the server there by the endpoint that it knew', async () => {
  const { posted, kept } = surroundWorker({ notes: { endpoint: 'https://push.test/1' } })
  await change()
  expect(replaces(posted)).toMatchObject([
    { body: { old_endpoint: 'https://push.test/1', endpoint: 'https://push.test/next' } },
  ])
  expect(kept.get('/kez-push/endpoint')).toBe('https://push.test/next')
})

it('what the server does not know it leaves to the app', async () => {
  const answer = () => new Response(null, { status: 404 })
  const { posted, kept } = surroundWorker({ notes: { endpoint: 'https://push.test/1' }, answer })
  await change()
  expect(replaces(posted)).toHaveLength(1)
  expect(kept.get('/kez-push/endpoint')).toBe('https://push.test/1')
})

it('tries three times while the server is in trouble, and no more', async () => {
  vi.useFakeTimers()
  const answer = () => new Response(null, { status: 503 })
  const { posted } = surroundWorker({ notes: { endpoint: 'https://push.test/1' }, answer })
  const done = expect(change()).rejects.toThrow('the server answered 503')
  await vi.runAllTimersAsync()
  await done
  expect(replaces(posted)).toHaveLength(3)
})

it('does nothing where nobody wants to be woken', async () => {
  const { posted } = surroundWorker({})
  await change()
  expect(posted).toEqual([])
})
