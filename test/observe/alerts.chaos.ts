import { spawnSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@kez-chat/client'
import { openNatsClient } from '@kez-chat/client/nats'
import { commandSubject, endpointFingerprint, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { append, openJetStream, putDeadLetter } from '@kez-chat/eventlog'
import { storeMessage } from '@kez-chat/eventlog/messages'
import { openDatabase } from '@kez-chat/eventlog/postgres'
import { randomBytes } from '@kez-chat/identity'
import { connectNats, createLog, type NatsConnection, requestCommand } from '@kez-chat/runtime'
import {
  type FaultyRelay,
  type ObservedStack,
  observeStack,
  type Prometheus,
  type PushService,
  type Stack,
  startFaultyRelay,
  startPrometheus,
  startPushService,
  startStack,
} from '@kez-chat/testkit'
import { connect } from '@nats-io/transport-node'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { repository } from '../deploy/compose-file.ts'
import { newPerson, type Person, post } from './people.ts'

// Each alert by its cause, over the whole server as it runs and a real Prometheus with the shipped rules; a minute in them is a second
// here, and nothing else is another. Each ends by what its runbook in docs/operations.md says. Those about a cluster of NATS are in
// alerts-nats.chaos.ts.

const folder = join(repository, 'deploy', 'prometheus')
const factor = 60
const hosts = ['steady.test', 'other.test']
const megabyte = 1 << 20
const log = createLog('test', 'silent')

let relay: FaultyRelay
let pushService: PushService
let stack: Stack
let prometheus: ObservedStack
let gateway: NatsConnection
let alice: Person
let env: Record<string, string>

/** What Prometheus wants of an alert's words: none that it could not fill in. */
const firing = async (): Promise<string[]> => {
  for (const { annotations } of await prometheus.alerts())
    expect(Object.values(annotations).join()).not.toMatch(/<no value>|<error|error expanding/)
  return prometheus.firing()
}
const fires = (...names: string[]) =>
  expect.poll(firing, { message: names.join() }).toEqual(expect.arrayContaining(names))
const end = (...names: string[]) =>
  expect
    .poll(async () => (await firing()).filter((name) => names.includes(name)), { message: `${names.join()} ends` })
    .toEqual([])

/** Does something again and again until each of the alerts has fired. */
const until = async (names: readonly string[], work: () => Promise<unknown>): Promise<void> => {
  const deadline = Date.now() + 150_000
  const seen = new Set<string>()
  while (!names.every((name) => seen.has(name))) {
    if (Date.now() > deadline) throw new Error(`of ${names.join()} only these fired: ${[...seen].join()}`)
    await work()
    for (const name of await firing()) seen.add(name)
    await sleep(200)
  }
}

/** What one of the operator's commands says, as a runbook has it; its exit code is for what it found. */
const kez = (args: readonly string[], more: Readonly<Record<string, string>> = {}): string => {
  const { stdout, stderr } = spawnSync(join(repository, 'bin', 'kez'), ['admin', ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      ...env,
      NATS_URL: stack.nats.url,
      KEZ_ADMIN_NATS_SEED_FILE: stack.nats.seedFiles.admin,
      DATABASE_URL: stack.databaseUrl,
      ...more,
    },
  })
  return stdout + stderr
}

const pushSql = async (statement: ReturnType<typeof sql>): Promise<void> => {
  const database = openDatabase({ url: stack.databaseUrl, schema: 'push', log })
  try {
    await statement.execute(database.kysely)
  } finally {
    await database.close()
  }
}

const wakes = async (inboxes: readonly PrimaryHex[]): Promise<void> => {
  for (const inbox of inboxes) {
    const record = {
      id: Buffer.from(randomBytes(32)).toString('hex'),
      received_at: new Date().toISOString(),
      via: 'home',
      wake: true,
      envelope: { v: 2 },
    }
    await storeMessage(gateway, inboxSubject.stored(inbox), JSON.stringify(record))
  }
}

/** People with one device each at a push service, past the commands. */
const devices = async (count: number, host: string): Promise<PrimaryHex[]> => {
  const answer = z.object({ key: z.string() })
  const { key } = await requestCommand(gateway, commandSubject.pushVapidKey, {}, answer, 20_000)
  const people = Array.from({ length: count }, () => {
    const endpoint = pushService.subscribe(key, host)
    return { inbox: PrimaryHex.parse(Buffer.from(randomBytes(32)).toString('hex')), endpoint }
  })
  for (const { inbox, endpoint } of people)
    await pushSql(sql`
      insert into subscriptions (inbox, fingerprint, endpoint, origin, vapid_key, label, created_at)
      values (${inbox}, ${endpointFingerprint(endpoint)}, ${endpoint}, ${new URL(endpoint).origin}, ${key}, '', now())`)
  return people.map(({ inbox }) => inbox)
}

beforeAll(async () => {
  relay = await startFaultyRelay()
  pushService = await startPushService({ hosts })
  env = {
    KEZ_RELAYS: relay.url,
    KEZ_PUSH_HOSTS: hosts.join(','),
    KEZ_PUSH_COUNTERPARTS: pushService.counterparts,
    KEZ_VAPID_SUBJECT: 'mailto:operator@kez-chat.org',
    KEZ_INBOX_STREAM_BYTES: String(2 * megabyte),
    KEZ_POST_RATE_PER_MINUTE: '1000000',
    KEZ_POST_BURST: '1000000',
    KEZ_REGISTER_RATE_PER_MINUTE: '1000000',
    KEZ_MAILBOX_HOURLY_MESSAGES: '1000000',
    KEZ_MAILBOX_HOURLY_BYTES: '100000000000',
    KEZ_AUTH_QUEUE_LIMIT: '12',
    KEZ_AUTH_SERVER_TIMEOUT_SECONDS: '1',
    KEZ_AUTH_LOGINS_PER_MINUTE: '1000000',
  }
  stack = await startStack({ env })
  gateway = await connectNats({ name: 'gateway', url: stack.nats.url, seed: stack.nats.seeds.gateway }, log)
  prometheus = await observeStack(stack, { folder, factor })
})

afterAll(async () => {
  await prometheus?.stop()
  await gateway?.close()
  await stack?.stop()
  await pushService?.stop()
  await relay?.stop()
})

const login = ({ key }: Person) =>
  openNatsClient({
    connect,
    servers: stack.nats.url,
    server: stack.server,
    signer: key,
    connection: { reconnect: false, timeout: 20_000 },
  }).then(
    async (client) => {
      await client.close()
      return 'in'
    },
    (error: unknown) => String(error),
  )

/** What only a cluster of NATS or of Kubernetes has; the one is asked in alerts-nats.chaos.ts. */
const elsewhere = /^(nats_varz_jetstream_meta_cluster_size|kube_\w+)$/

it('while all is well no alert fires, every rule is evaluated, and what it asks for is there', async () => {
  alice = await newPerson(stack)
  for (let index = 0; index < 3; index++) expect(await post(stack, alice.handle)).toBe(201)
  expect(await login(alice)).toBe('in')
  const phones = await devices(1, 'steady.test')
  const feed = createClient({ baseUrl: stack.url }).openInbox({
    handle: alice.handle,
    signer: alice.key,
    onMessage: () => undefined,
  })
  await expect
    .poll(async () => {
      await post(stack, alice.handle)
      await wakes(phones)
      return (await prometheus.query('kez_gateway_delivery_seconds_count > 0 and on () kez_push_attempts_total')).length
    })
    .toBeGreaterThan(0)
  feed.close()
  await expect.poll(() => prometheus.firing()).toEqual([])
  const rules = await prometheus.rules()
  expect(rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => `${name}: ${lastError}`)).toEqual(
    [],
  )
  const asked = new Set(rules.flatMap(({ query }) => query.match(/\b(?:kez|nats|kube)_[\w:]+|\bup\b/g) ?? []))
  expect(asked.size).toBeGreaterThan(20)
  const missing: string[] = []
  for (const name of asked)
    if (!elsewhere.test(name) && !name.includes(':') && (await prometheus.query(`count(${name})`)).length === 0)
      missing.push(name)
  // Counted from the first time on.
  expect(missing.filter((name) => name !== 'kez_gateway_mailbox_full_total')).toEqual([])
})

it('KezServiceDown, KezAuthResponderGone: the auth responder is killed; mended by its start', async () => {
  await stack.services.auth.stop('SIGKILL')
  await fires('KezServiceDown', 'KezAuthResponderGone')
  const down = (await prometheus.alerts()).find(({ labels }) => labels.alertname === 'KezServiceDown')
  expect(down?.labels.part).toBe('auth')
  expect(down?.annotations.summary).toBe('auth does not answer')
  await stack.services.auth.start()
  await end('KezServiceDown', 'KezAuthResponderGone')
  expect(await login(alice)).toBe('in')
})

it('KezLoginsSlow, KezLoginsShed: a responder without a processor is swamped; mended when it has one and all are back', async () => {
  let swamped = true
  const comers = Array.from({ length: 40 }, async () => {
    while (swamped) await login(alice)
  })
  const starve = async () => {
    while (swamped) {
      stack.services.auth.pause()
      await sleep(300)
      stack.services.auth.resume()
      await sleep(30)
    }
  }
  const starved = starve()
  await until(['KezLoginsSlow', 'KezLoginsShed'], () => sleep(500)).finally(() => {
    swamped = false
  })
  await Promise.all([starved, ...comers])
  await end('KezLoginsSlow', 'KezLoginsShed')
})

it('KezNatsDown, KezServiceNotReady, KezGatewayFailing, KezGatewayErrorBudgetBurning: NATS is away; mended by its start', async () => {
  await stack.nats.kill('SIGKILL')
  let away = true
  // A message waits for its answer of 503; whether the server is well is told at once.
  const ask = () => fetch(`${stack.url}/v1/healthz`).then((answer) => answer.arrayBuffer())
  const senders = Array.from({ length: 10 }, async (_, index) => {
    while (away) {
      await (index < 3 ? post(stack, alice.handle) : ask())
      await sleep(200)
    }
  })
  const names = ['KezNatsDown', 'KezServiceNotReady', 'KezGatewayFailing', 'KezGatewayErrorBudgetBurning']
  await until(names, () => sleep(500)).finally(() => {
    away = false
  })
  const burning = (await prometheus.alerts()).filter(
    ({ labels }) => labels.alertname === 'KezGatewayErrorBudgetBurning',
  )
  expect(burning.map(({ labels }) => labels.severity)).toContain('critical')
  await stack.nats.restart()
  await Promise.all(senders)
  await expect
    .poll(async () => {
      await post(stack, alice.handle)
      return (await firing()).filter((name) => /^Kez(Nats|Service|Gateway)/.test(name))
    })
    .toEqual([])
})

it('KezDeliverySlow: a gateway stands still with messages for somebody who is there; mended by its restart', async () => {
  const feed = createClient({ baseUrl: stack.url }).openInbox({
    handle: alice.handle,
    signer: alice.key,
    onMessage: () => undefined,
  })
  await expect.poll(() => prometheus.query('kez_gateway_streams_open > 0')).toHaveLength(1)
  await until(['KezDeliverySlow'], async () => {
    stack.services.gateway.pause()
    await wakes(Array.from({ length: 25 }, () => alice.inbox))
    await sleep(3_000)
    stack.services.gateway.resume()
    await sleep(500)
  })
  await stack.services.gateway.restart()
  await end('KezDeliverySlow')
  feed.close()
})

it('KezInboxStoreFull: the stream of inboxes is at its limit; mended by a wider one, set by "kez admin streams apply"', async () => {
  await until(['KezInboxStoreFull'], () => post(stack, alice.handle, 60_000))
  expect(await post(stack, alice.handle, 60_000)).toBe(507)
  expect(kez(['streams', 'apply'], { KEZ_INBOX_STREAM_BYTES: String(200 * megabyte) })).toContain('INBOX_0')
  await expect.poll(() => post(stack, alice.handle, 60_000)).toBe(201)
  await end('KezInboxStoreFull')
})

it('KezRelaysAway: no relay is reached; mended when one is again', async () => {
  await relay.down()
  await fires('KezRelaysAway')
  await relay.up()
  await end('KezRelaysAway')
})

it('KezPushServiceFailing, KezPushManyDevicesFailing, KezPushBacklog: a push service answers with faults; mended when it no longer does', async () => {
  const inboxes = await devices(30, 'steady.test')
  pushService.fault({ status: 500 })
  await wakes(inboxes)
  // A quarter of an hour cannot be waited for: what waits is made older than it is.
  const old = sql`update deliveries set since = since - interval '20 minutes' where since > now() - interval '10 minutes'`
  await until(['KezPushServiceFailing', 'KezPushManyDevicesFailing', 'KezPushBacklog'], async () => {
    await pushSql(old)
    await pushSql(sql`update deliveries set due_at = now()`)
    await sleep(1_000)
  })
  pushService.fault()
  await pushSql(sql`update deliveries set due_at = now()`)
  await end('KezPushServiceFailing', 'KezPushManyDevicesFailing', 'KezPushBacklog')
})

it('KezPushRefused: a push service does not take our signature; mended when it does', async () => {
  pushService.fault({ status: 403, body: 'BadJwtToken' }, 'other.test')
  // A device that was woken is not woken again until somebody has read.
  await until(['KezPushRefused'], async () => {
    await wakes(await devices(3, 'other.test'))
    await sleep(500)
  })
  pushService.fault(undefined, 'other.test')
  await end('KezPushRefused')
})

it('KezDeadLetters: a service gave an event up; mended by "kez admin dead-letters drop"', async () => {
  const nc = await connectNats({ name: 'push', url: stack.nats.url, seed: stack.nats.seeds.push }, log)
  const event = { seq: 1, subject: 'kez.inbox.a.p0', data: new Uint8Array(3), timeNs: BigInt(Date.now()) * 1_000_000n }
  await putDeadLetter(
    await openJetStream(nc),
    { reaction: 'push', stream: 'INBOX_0' },
    event as Parameters<typeof putDeadLetter>[2],
    { deliveries: 60, error: new Error('the device is no more') },
  )
  await nc.close()
  await fires('KezDeadLetters')
  expect(kez(['dead-letters', 'list'])).toContain('push/INBOX_0/1')
  expect(kez(['dead-letters', 'drop', 'push/INBOX_0/1', '--yes'])).not.toMatch(/not_found|unreachable/)
  await end('KezDeadLetters')
})

it('KezRegistryProjectionStopped, KezRegistryReactionStopped: an event that no version knows; the cure is a version that does', async () => {
  const nc = await connectNats({ name: 'registry', url: stack.nats.url, seed: stack.nats.seeds.registry }, log)
  const event = { type: 'HandleRegistered', version: 99 }
  await append(await openJetStream(nc), [{ subject: 'identity.handle.future', expectedSeq: 0, event }])
  await nc.close()
  await fires('KezRegistryProjectionStopped', 'KezRegistryReactionStopped')
  expect(kez(['projection', 'status'])).toMatch(/^people +(behind|stopped)/m)
  for (const what of ['a projection stopped', 'a reaction stopped'])
    expect(stack.services.registry.log()).toContain(what)
  // What was accepted before is served on, and people still register.
  await newPerson(stack)
})

it('from a page of figures that is made up, since they cannot be had here: KezRegistryProjectionBehind, KezStreamReplicaBehind, KezBackupOld; KezServiceMissing for what has no target', async () => {
  const node = (index: number, seq: number) =>
    `nats_stream_last_seq{cluster="nats",server_name="nats-${index}",stream_name="IDENTITY",stream_leader="nats-0"} ${seq}\n`
  let page = `kez_registry_projection_age_seconds{projection="people"} 400\nkube_cronjob_status_last_successful_time{namespace="kez-chat",cronjob="backup"} ${Date.now() / 1_000 - 30 * 3_600}\n${node(0, 5_000)}${node(1, 10)}${node(2, 5_000)}`
  const server: Server = createServer((_request, response) => response.end(page))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`
  let other: Prometheus | undefined
  try {
    other = await startPrometheus({
      folder,
      factor,
      targets: { 'registry:6970': target, 'nats-exporter:7777': target },
    })
    const names = ['KezRegistryProjectionBehind', 'KezStreamReplicaBehind', 'KezBackupOld', 'KezServiceMissing']
    await expect.poll(() => other?.firing()).toEqual(expect.arrayContaining(names))
    const missing = (await other.alerts()).filter(({ labels }) => labels.alertname === 'KezServiceMissing')
    expect(missing.map(({ labels }) => labels.part).toSorted()).toEqual(['auth', 'gateway', 'push', 'relay-bridge'])
    page = ''
    await expect
      .poll(async () => (await other?.firing())?.filter((name) => names.slice(0, 3).includes(name)))
      .toEqual([])
  } finally {
    await other?.stop()
    server.close()
  }
})
