import { Counter, Registry } from 'prom-client'
import { afterEach, expect, it } from 'vitest'
import type { App, NotReady } from './app.ts'
import { type InternalServer, startInternalServer } from './internal-server.ts'

let server: InternalServer | undefined
afterEach(() => server?.stop())

const app = (name: string, notReady: NotReady = {}): App => {
  const metrics = new Registry()
  new Counter({ name: `kez_${name}_things_total`, help: 'things', registers: [metrics] }).inc(3)
  return { name, start: async () => {}, stop: async () => {}, notReady: () => notReady, metrics }
}

const get = async (path: string, method = 'GET') => {
  const answer = await fetch(`http://127.0.0.1:${server?.port}${path}`, { method })
  return { status: answer.status, text: await answer.text() }
}

it('shows the metrics of every service of the process', async () => {
  server = await startInternalServer([app('a'), app('b')], { host: '127.0.0.1', port: 0 })
  const { status, text } = await get('/metrics')
  expect(status).toBe(200)
  expect(text).toContain('kez_a_things_total 3')
  expect(text).toContain('kez_b_things_total 3')
})

it('tells of the process once, and of each service whether it is ready', async () => {
  server = await startInternalServer([app('a'), app('b', { nats: 'not connected' })], { host: '127.0.0.1', port: 0 })
  const { text } = await get('/metrics')
  expect(text).toContain('kez_service_ready{service="a"} 1')
  expect(text).toContain('kez_service_ready{service="b"} 0')
  expect(text.match(/^nodejs_eventloop_lag_seconds /gm)).toHaveLength(1)
})

it('is alive while it turns, and ready only when every service is, with the reason', async () => {
  server = await startInternalServer([app('a'), app('b', { nats: 'not connected' })], { host: '127.0.0.1', port: 0 })
  expect((await get('/livez')).status).toBe(200)
  const { status, text } = await get('/readyz')
  expect(status).toBe(503)
  expect(JSON.parse(text)).toEqual({ status: 'unavailable', reasons: { b: { nats: 'not connected' } } })
})

it('has nothing else and changes nothing', async () => {
  server = await startInternalServer([app('a')], { host: '127.0.0.1', port: 0 })
  expect((await get('/')).status).toBe(404)
  expect((await get('/metrics', 'POST')).status).toBe(405)
})
