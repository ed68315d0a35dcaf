import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { openNatsClient } from '@kez-chat/client/nats'
import { createTransportBinding } from '@kez-chat/identity'
import {
  type ObservedStack,
  observeStack,
  type PushService,
  type RelayCounterpart,
  type Stack,
  startPushService,
  startRelayCounterpart,
  startStack,
} from '@kez-chat/testkit'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newPerson, type Person, register, startClient } from '../../libs/nostr-client/test/clients.ts'
import { dashboardFiles, savedDashboard } from '../../scripts/dashboards.ts'

const root = join(import.meta.dirname, '..', '..')
let relay: RelayCounterpart
let service: PushService
let stack: Stack
let prometheus: ObservedStack

beforeAll(async () => {
  ;[relay, service] = await Promise.all([startRelayCounterpart(), startPushService()])
  stack = await startStack({
    env: {
      KEZ_RELAYS: relay.url,
      KEZ_PUSH_HOSTS: 'push.test',
      KEZ_PUSH_COUNTERPARTS: service.counterparts,
      KEZ_VAPID_SUBJECT: 'mailto:operator@kez-chat.org',
    },
  })
  prometheus = await observeStack(stack, {
    folder: join(root, 'deploy', 'prometheus'),
    // It is also how long a target may take to answer.
    interval: '3s',
  })
}, 180_000)
afterAll(async () => {
  await prometheus?.stop()
  await stack?.stop()
  await service?.stop()
  await relay?.stop()
})

const http = () => createClient({ baseUrl: stack.url })
const homeRelay = (): string => `${stack.url.replace(/^http/, 'ws')}/relay`
const ownerOf = ({ handle, key }: Person) => ({ handle, signer: key })
const sum = async (metric: string): Promise<number> => (await prometheus.query(`sum(${metric})`))[0]?.value ?? 0

const joined = async (): Promise<Person> => {
  const person = newPerson()
  await register(stack.url, person)
  const binding = createTransportBinding(person.transportKey.secret, person.key.primary, 'localhost')
  await http().bindTransport(ownerOf(person), binding)
  return person
}

const envelope = (): Record<string, unknown> => ({
  v: 2,
  eph: randomBytes(32).toString('hex'),
  nonce: '0'.repeat(24),
  ct: randomBytes(300).toString('base64url'),
})

const post = (to: Person) => http().postMessage({ to: to.handle, envelope: envelope() })

/** A connection to NATS of somebody's own, by which they send and read. */
const useNats = async (person: Person, to: Person): Promise<void> => {
  const client = await openNatsClient({
    ...{ connect, servers: stack.nats.url, server: 'localhost', signer: person.key },
  })
  await client.send({ to: to.handle, envelope: envelope() })
  await client.createConsumer(0)
  await client.close()
}

const isLetIn = async (person: Person): Promise<boolean> => {
  const connection = { reconnect: false, timeout: 5_000 }
  return openNatsClient({ connect, servers: stack.nats.url, server: 'localhost', signer: person.key, connection }).then(
    (client) => client.close().then(() => true),
    () => false,
  )
}

/** Somebody writes to somebody by relays alone; resolves when it is in the inbox and was opened. */
const writeByRelay = async (url: string): Promise<void> => {
  const [writer, reader] = [await joined(), await joined()]
  const [writing, reading] = [
    await startClient(writer, { relays: [url] }),
    await startClient(reader, { relays: [url] }),
  ]
  await writing.say(reader, 'by relay')
  await expect.poll(reading.texts).toEqual(['by relay'])
  const inbox = () => http().readInbox(ownerOf(reader), { limit: 10 })
  await expect.poll(async () => (await inbox()).messages.length).toBeGreaterThan(0)
}

/** Everything that a server does for people, once. */
const live = async (): Promise<void> => {
  const [alice, bob] = [await joined(), await joined()]
  const endpoint = service.subscribe(await http().vapidPublicKey())
  await http().subscribePush(ownerOf(bob), { endpoint })
  const before = { to: bob.handle, envelope: envelope() }
  await http().postMessage(before)
  await http().postMessage(before)
  await expect.poll(() => service.pushesTo(endpoint).length).toBe(1)
  const seen: number[] = []
  const feed = http().openInbox({ ...ownerOf(bob), since: 0, onMessage: ({ seq }) => void seen.push(seq) })
  await expect.poll(() => seen.length).toBe(1)
  await post(bob)
  await useNats(alice, bob)
  await expect.poll(() => seen.length).toBe(3)
  expect(await isLetIn(newPerson())).toBe(false)
  await writeByRelay(relay.url)
  await writeByRelay(homeRelay())
  await http()
    .lookup('nobody-is-here')
    .catch(() => undefined)
  await feed.close()
}

const failTwice = async (): Promise<void> => {
  const person = await joined()
  await stack.services.push.stop()
  for (const times of [1, 2]) {
    await expect(http().pushSubscriptions(ownerOf(person))).rejects.toMatchObject({ code: 'unavailable' })
    await expect.poll(() => sum('kez_gateway_requests_total{status="503"}')).toBeGreaterThanOrEqual(times)
  }
  await stack.services.push.start()
}

/** What cannot be here, and why. */
const empty: Readonly<Record<string, string>> = {
  'Last backup (Kubernetes)': 'kube-state-metrics tells it, which is in Kubernetes alone',
}
/** What nothing here makes happen: these say 0 by themselves. */
const zero = new Set([
  'Refused a second, by why',
  'Offences and penalties, in an hour',
  'Proofs looked for, in an hour',
])

type Panel = { title: string; type: string; targets?: { expr: string }[] }
const panels = dashboardFiles().flatMap(({ file, spec }) =>
  (JSON.parse(savedDashboard(file)) as { panels: Panel[] }).panels.map((panel) => ({ uid: spec.uid, ...panel })),
)

type Values = Readonly<Record<'job' | 'nats' | 'namespace', string>>

/** As Grafana puts in what is chosen: several values are a group. */
const chosen = (expr: string, values: Values): string =>
  expr.replace(/\$(job|nats|namespace)\b/g, (_, name: keyof Values) => values[name])

type Variable = { name: string; allValue?: string; query: { query: string } }

/** What a variable stands for when "All" is chosen. */
const allOf = async (name: keyof Values): Promise<string> => {
  const { templating } = JSON.parse(savedDashboard(dashboardFiles()[0]?.file ?? '')) as {
    templating: { list: Variable[] }
  }
  const variable = templating.list.find((one) => one.name === name)
  if (variable?.allValue !== undefined) return variable.allValue
  const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(variable?.query.query ?? '') ?? []
  const found = await prometheus.query(`group by (${label}) (${metric})`)
  return found.map(({ labels }) => labels[label] ?? '').join('|')
}

/** Why a query tells nothing, or undefined where it does. */
const fault = async (expr: string, strict: boolean): Promise<string | undefined> => {
  // Without what stands in for nothing: nothing would not be noticed.
  const asked = strict ? expr.replace(/ or vector\(0\)$/, '') : expr
  try {
    const samples = await prometheus.query(asked)
    if (samples.length === 0) return 'no result'
    return samples.some(({ value }) => Number.isFinite(value)) ? undefined : 'not a number'
  } catch (error) {
    return String(error)
  }
}

const faultsWith = async (values: Values, titles?: ReadonlySet<string>): Promise<string[]> => {
  const faults: string[] = []
  for (const { uid, title, targets = [] } of panels)
    for (const { expr } of titles && !titles.has(title) ? [] : targets) {
      const why = await fault(chosen(expr, values), !zero.has(title))
      if (title in empty ? why !== 'no result' : why !== undefined) faults.push(`${uid}: ${title}: ${why}: ${expr}`)
    }
  return faults
}

it('each query of each dashboard has an answer on a server that has done everything once', async () => {
  await Promise.all([stack.services.gateway.restart(), stack.services.registry.restart('SIGKILL')])
  await failTwice()
  // Twice, and read in between: what is there for the first time when it is counted has not grown yet.
  await live()
  for (const service of ['gateway_delivery', 'push_delivery', 'home_relay_answer', 'auth_login'])
    await expect.poll(() => sum(`kez_${service}_seconds_count`)).toBeGreaterThan(0)
  await live()
  await expect.poll(() => sum('rate(kez_gateway_delivery_seconds_count[5m])')).toBeGreaterThan(0)

  const values = { job: await allOf('job'), nats: await allOf('nats'), namespace: await allOf('namespace') }
  expect(values).toEqual({ job: 'kez-chat', nats: 'nats', namespace: '.*' })
  expect(panels.flatMap(({ targets = [] }) => targets).length).toBeGreaterThan(120)
  const several = { job: '(kez-chat|another)', nats: '(nats|another)', namespace: '.*' }
  const alerts = new Set(['Alerts'])
  // A target that was read too late on a busy machine is there again the next time.
  const patience = { timeout: 60_000, interval: 1_000 }
  for (const chosenValues of [values, several])
    await expect
      .poll(async () => (await faultsWith(chosenValues)).filter((text) => !text.includes(': Alerts: ')), patience)
      .toEqual([])

  await stack.services['relay-bridge'].stop('SIGKILL')
  await expect.poll(() => faultsWith(values, alerts), patience).toEqual([])
  const down = panels.find(({ title }) => title === 'Services that do not work')?.targets?.[0]?.expr ?? ''
  await expect.poll(async () => (await prometheus.query(chosen(down, values)))[0]?.value, patience).toBe(1)
}, 300_000)

it('the figures are what was done: messages by way, logins, pushes, and a restart', async () => {
  expect(await sum('kez_gateway_messages_accepted_total{way="nats",outcome="new"}')).toBeGreaterThan(0)
  expect(await sum('kez_gateway_messages_accepted_total{way="http",outcome="duplicate"}')).toBeGreaterThan(0)
  expect(await sum('kez_gateway_delivery_seconds_count')).toBeGreaterThan(0)
  expect(await sum('kez_auth_logins_total{outcome="admitted"}')).toBeGreaterThan(1)
  expect(await sum('kez_auth_logins_total{outcome="refused"}')).toBeGreaterThan(1)
  expect(await sum('kez_push_delivery_seconds_count')).toBeGreaterThan(1)
  expect(await sum('changes(process_start_time_seconds[5m])')).toBeGreaterThan(1)
})

it('no series of ours names a person, a key, an address or an endpoint', async () => {
  const pages = await Promise.all(
    Object.values(stack.internal).map((url) =>
      fetch(`${url}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      ),
    ),
  )
  const text = pages.join('\n')
  expect(text).toContain('kez_gateway_messages_accepted_total')
  // NATS names the consumers of people by their keys: Prometheus keeps none of them.
  expect(await prometheus.query('{__name__=~"nats_consumer_.+", consumer_name="push"}')).not.toEqual([])
  expect(await prometheus.query('{consumer_name=~"p_.+"}')).toEqual([])
  expect(text).not.toMatch(/[0-9a-f]{32}|npub1|person\d+-|wpush|@localhost/)
})
