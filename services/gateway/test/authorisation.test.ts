import { type RouteRule, routeRules } from '@kez-chat/contracts'
import { natsUsers } from '@kez-chat/nats-config'
import { connectNats, createLog, type NatsConnection, startInternalServer } from '@kez-chat/runtime'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { natsPermissions } from '../../../scripts/authorisation.ts'
import { enforceRules } from '../src/http/rules.ts'
import { type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const rules = Object.entries<RouteRule>(routeRules)
const guards = { 'owner-reads': () => async () => undefined, 'owner-changes': () => async () => undefined }

describe('HTTP routes', () => {
  test('every route of the gateway has a rule, and every rule has its route', () => {
    const expected = rules.filter(([, rule]) => rule !== 'internal').map(([id]) => id)
    expect([...gateway.app.routes].sort()).toEqual(expected.sort())
  })

  test.each([
    ['a route nobody decided on', (app: ReturnType<typeof fastify>) => app.get('/v1/new', async () => 'hello')],
    [
      'another method of a known path',
      (app: ReturnType<typeof fastify>) => app.put('/v1/messages', async () => 'hello'),
    ],
    [
      'a route that is only for the internal listener',
      (app: ReturnType<typeof fastify>) => app.get('/metrics', async () => ''),
    ],
  ])('%s keeps the gateway from starting', (_, add) => {
    const app = fastify()
    enforceRules(app, guards)
    expect(() => add(app)).toThrow(/has no rule/)
  })

  test('what a rule demands is put in front of a handler that asks for nothing itself', async () => {
    const app = fastify()
    enforceRules(app, {
      ...guards,
      'owner-changes': () => async () => {
        throw new Error('not without a signature')
      },
    })
    app.delete('/v1/inbox/:handle', async () => 'freed')
    const answer = await app.inject({ method: 'DELETE', url: '/v1/inbox/alice' })
    expect(answer.body).toContain('not without a signature')
  })

  test('internal routes are on the internal listener and nowhere else', async () => {
    const internal = await startInternalServer([gateway.app], { host: '127.0.0.1', port: 0 })
    try {
      // Those of the registry and of the auth responder are tried with them.
      const elsewhere = ['nats/auth', 'invites', 'people', 'projections'].map(
        (path) => `INTERNAL POST /internal/${path}`,
      )
      for (const [id] of rules.filter(([id, rule]) => rule === 'internal' && !elsewhere.includes(id))) {
        const [, method = '', path = ''] = id.split(' ')
        const post = { method, body: '{}' }
        const { status } = await fetch(`http://127.0.0.1:${internal.port}${path}`, method === 'GET' ? {} : post)
        // There is no other service here that could answer; the doctor says just that.
        expect(status).toBe(method === 'GET' || path === '/internal/doctor' ? 200 : 503)
        if (rules.some(([id]) => id === `${method} ${path}`)) continue
        expect((await fetch(gateway.baseUrl + path, { method, headers: { accept: 'text/plain' } })).status).toBe(404)
      }
    } finally {
      await internal.stop()
    }
  })
})

const covers = (pattern: string, subject: string): boolean => {
  const [wanted, have] = [pattern.split('.'), subject.split('.')]
  for (const [i, token] of wanted.entries()) {
    if (token === '>') return have.length > i
    if (have[i] === undefined || (token !== '*' && token !== have[i])) return false
  }
  return wanted.length === have.length
}

/** One concrete subject for a pattern. */
const example = (pattern: string): string => pattern.replaceAll('*', 'x').replace(/>$/, 'x.y')

const permissions = natsPermissions()
const sideDoors = [
  'kez.send.x',
  'kez.inbox.x.live',
  'kez.inbox.x.p64',
  'kez.auth.v1.anything',
  'identity.handle.alice.more',
  '$JS.API.INFO',
  '$JS.API.STREAM.LIST',
  '$JS.API.ACCOUNT.PURGE.APP',
  '$SYS.REQ.USER.AUTH',
  '$SYS.REQ.SERVER.PING',
  '_INBOX.x',
  ...['IDENTITY', 'INBOX_0', 'KV_directory', 'KV_used-signatures'].flatMap((stream) =>
    [
      'STREAM.DELETE',
      'STREAM.UPDATE',
      'STREAM.PURGE',
      'STREAM.MSG.DELETE',
      'STREAM.SNAPSHOT',
      'STREAM.RESTORE',
      'STREAM.LEADER.STEPDOWN',
    ].map((call) => `$JS.API.${call}.${stream}`),
  ),
  ...natsUsers.map((user) => `_INBOX_${user}.x`),
]
const every = (kind: 'publish' | 'subscribe'): string[] => [
  ...new Set([...sideDoors, ...natsUsers.flatMap((user) => permissions[user][kind].map(example))]),
]

/** Tries each subject on the real server and returns those it refuses. */
const refused = async (
  nc: NatsConnection,
  subjects: readonly string[],
  attempt: (subject: string) => void,
): Promise<string[]> => {
  const found = new Set<string>()
  const watch = (async () => {
    for await (const status of nc.status())
      if (status.type === 'error') {
        const subject = /to "([^"]+)"/.exec(status.error.message)?.[1]
        if (subject) found.add(subject)
      }
  })()
  for (const subject of subjects) attempt(subject)
  await nc.flush()
  // Refusals are written before the answer to the flush, but handed over in their own time.
  await expect.poll(() => found.size, { timeout: 2_000 }).toBeGreaterThan(0)
  await nc.flush()
  await nc.close()
  await watch
  return [...found].sort()
}

describe.each(natsUsers)('the NATS user %s', (user) => {
  const connect = (): Promise<NatsConnection> =>
    connectNats({ name: user, url: rig.nats.url, seed: rig.nats.seeds[user] }, createLog('test', 'silent'))
  const beyond = (kind: 'publish' | 'subscribe'): string[] =>
    every(kind)
      .filter((subject) => !permissions[user][kind].some((pattern) => covers(pattern, subject)))
      .sort()

  test('may publish what it is documented to and nothing else', async () => {
    const nc = await connect()
    const subjects = every('publish')
    expect(await refused(nc, subjects, (subject) => nc.publish(subject, 'x'))).toEqual(beyond('publish'))
  })

  test('may subscribe to what it is documented to and nothing else', async () => {
    const nc = await connect()
    const subjects = [...every('subscribe'), '>', '*', 'kez.>', '$JS.>', 'identity.>', '_INBOX_*.>']
    const denied = [...beyond('subscribe'), '>', '*', 'kez.>', '$JS.>', 'identity.>', '_INBOX_*.>']
    const attempt = (subject: string): void => {
      nc.subscribe(subject, { callback: () => undefined })
    }
    expect(await refused(nc, subjects, attempt)).toEqual(denied.sort())
  })
})

test('nobody gets in without a key, or with one that is not known', async () => {
  await rig.startAuth()
  const log = createLog('test', 'silent')
  const { createUserNkey } = await import('@kez-chat/nats-config')
  const stranger = connectNats({ name: 'gateway', url: rig.nats.url, seed: createUserNkey().seed, patience: 0 }, log)
  await expect(stranger).rejects.toThrow(/Authorization Violation/i)
})
