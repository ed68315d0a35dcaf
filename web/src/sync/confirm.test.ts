import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshStore, person, receivedBy, textFrom } from '../../test/store.ts'
import { arrange, readSummary } from '../storage/conversations.ts'
import { storeIncoming } from '../storage/incoming.ts'
import { confirmPeer } from './confirm.ts'
import { createServers, type Servers } from './servers.ts'

const me = person()
const bob = person()
const asked: string[] = []
let servers: Servers

const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  const facts = { handle: 'bob', fqhn: 'bob@kez.test', primary: bob.primary, proofs: [], status: 'active' }
  const more = { sigchain_url: '/v1/sigchains/x', registered_at: '2026-01-01T00:00:00Z' }
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...facts, ...more }))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers = createServers('kez.test', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

afterAll(() => server.close())

it('somebody blocked is looked up nowhere, until they are unblocked', async () => {
  const store = await freshStore()
  const taken = await storeIncoming(store, await receivedBy(textFrom(bob, me, 'hello'), bob, me))
  const tag = taken.conversation ?? ''
  await arrange(store, tag, { standing: 'blocked' })
  expect(await confirmPeer(store, servers, tag, { anyServer: true })).toBe(false)
  expect(asked).toEqual([])
  await arrange(store, tag, { standing: 'accepted' })
  expect(await confirmPeer(store, servers, tag, { anyServer: false })).toBe(true)
  expect(asked).toEqual([`/v1/by-primary/${bob.primary}`])
  expect((await readSummary(store, tag))?.conversation.handle).toBe('bob@kez.test')
})
