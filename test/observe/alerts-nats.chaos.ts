import { connect as connectSocket, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Prometheus, startPrometheus } from '@kez-chat/testkit'
import { AckPolicy, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repository } from '../deploy/compose-file.ts'
import { startThreeNodes, type ThreeNodes } from './three-nodes.ts'

// Alerts about NATS, each by its cause, over a real cluster of three, an exporter for each and a real Prometheus with the shipped
// rules; a minute in them is a second here. Each ends by what its runbook says.

const factor = 60
const megabyte = 1 << 20

let cluster: ThreeNodes
let prometheus: Prometheus
let nc: NatsConnection
let jsm: JetStreamManager

/** Alerts of NATS that fire, as `name` or `name of a stream`. */
const firing = async (): Promise<string[]> => {
  const alerts = await prometheus.alerts()
  const names = alerts
    .filter(
      ({ state, labels }) =>
        state === 'firing' && /^Kez(Nats|JetStream|Stream|Consumer|Redel|Slow)/.test(labels.alertname ?? ''),
    )
    .map(({ labels: { alertname = '', stream_name: stream } }) => (stream ? `${alertname} of ${stream}` : alertname))
  return [...new Set(names)].toSorted()
}

const fires = (name: string) => expect.poll(firing, { message: name }).toContain(name)
const ends = (name: string) => expect.poll(firing, { message: name }).not.toContain(name)
const allIsWell = () => expect.poll(firing).toEqual([])

const stream = (name: string, replicas = 3) =>
  jsm.streams.add({ name, subjects: [`${name}.>`], num_replicas: replicas, max_age: 0 })

const publish = async (subject: string, count: number, bytes = 10): Promise<void> => {
  const js = jetstream(nc, { timeout: 20_000 })
  for (let from = 0; from < count; from += 100) {
    const batch = Array.from({ length: Math.min(100, count - from) }, () => js.publish(subject, new Uint8Array(bytes)))
    await Promise.all(batch)
  }
}

beforeAll(async () => {
  cluster = await startThreeNodes('40MB')
  nc = await connect({ servers: cluster.urls, maxReconnectAttempts: -1, reconnectTimeWait: 200 })
  jsm = await jetstreamManager(nc, { timeout: 20_000 })
  await stream('INBOX_0')
  await stream('ORDERS')
  await publish('ORDERS.new', 30)
  prometheus = await startPrometheus({
    folder: join(repository, 'deploy', 'prometheus'),
    targets: { 'nats-exporter:7777': cluster.exporters.map(({ target }) => target) },
    factor,
  })
})

afterAll(async () => {
  await prometheus?.stop()
  await nc?.close()
  await cluster?.stop()
})

it('nothing about NATS fires while all is well, and a stream counts once however many copies it has', async () => {
  await allIsWell()
  const led = await prometheus.query('sum(nats_stream_total_messages{stream_name="ORDERS",is_stream_leader="true"})')
  expect(led[0]?.value).toBe(30)
  const copies = await prometheus.query('count(nats_stream_total_messages{stream_name="ORDERS"})')
  expect(copies[0]?.value).toBe(3)
})

it('KezNatsDown, KezNatsNodeMissing, KezStreamReplicasMissing: a node is killed; mended by its return', async () => {
  await cluster.kill(2)
  await fires('KezNatsDown')
  await fires('KezNatsNodeMissing')
  await fires('KezStreamReplicasMissing of INBOX_0')
  expect(await firing()).not.toContain('KezJetStreamNoMetaLeader')
  await cluster.start(2)
  await allIsWell()
})

it('KezJetStreamNoMetaLeader, KezStreamNoLeader: two of three are away; mended by the return of one', async () => {
  await cluster.kill(1)
  await cluster.kill(2)
  await fires('KezJetStreamNoMetaLeader')
  await fires('KezStreamNoLeader of INBOX_0')
  await cluster.start(1)
  await ends('KezJetStreamNoMetaLeader')
  await ends('KezStreamNoLeader of INBOX_0')
  await cluster.start(2)
  await allIsWell()
})

it('KezStreamReplicasMissing: a stream with one copy by its configuration; mended by giving it three', async () => {
  await expect.poll(() => stream('IDENTITY', 1).then(() => 'made', String)).toBe('made')
  await fires('KezStreamReplicasMissing of IDENTITY')
  await jsm.streams.update('IDENTITY', { num_replicas: 3 })
  await allIsWell()
})

it('KezConsumerBehind: whoever follows a stream is away; mended by its return', async () => {
  await jsm.consumers.add('INBOX_0', { durable_name: 'push', ack_policy: AckPolicy.Explicit })
  await publish('INBOX_0.a', 600)
  await fires('KezConsumerBehind of INBOX_0')
  const consumer = await jetstream(nc).consumers.get('INBOX_0', 'push')
  for await (const message of await consumer.fetch({ max_messages: 600, expires: 20_000 })) message.ack()
  await allIsWell()
})

it('KezRedeliveries: an event that is tried again and again; mended when it is done', async () => {
  await jsm.consumers.add('ORDERS', {
    durable_name: 'settlement_1',
    ack_policy: AckPolicy.Explicit,
    ack_wait: 60_000_000_000,
  })
  const consumer = await jetstream(nc).consumers.get('ORDERS', 'settlement_1')
  const again = async () => {
    for await (const message of await consumer.fetch({ max_messages: 1, expires: 2_000 })) message.nak()
  }
  await expect
    .poll(async () => {
      await again()
      return firing()
    })
    .toContain('KezRedeliveries of ORDERS')
  for await (const message of await consumer.fetch({ max_messages: 30, expires: 5_000 })) message.ack()
  await allIsWell()
})

it('KezSlowConsumers: clients that do not read are cut; it ends by itself when none is any more', async () => {
  const lazy: Socket[] = []
  for (let index = 0; index < 12; index++) {
    const socket = connectSocket(Number(new URL(cluster.nodes[0]?.url ?? '').port), '127.0.0.1')
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.write('CONNECT {"verbose":false}\r\nSUB flood 1\r\nPING\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    lazy.push(socket)
  }
  const page = new Uint8Array(500_000)
  await expect
    .poll(async () => {
      for (let index = 0; index < 20; index++) nc.publish('flood', page)
      await nc.flush()
      return firing()
    })
    .toContain('KezSlowConsumers')
  for (const socket of lazy) socket.destroy()
  await allIsWell()
})

it('KezJetStreamFilling, then KezJetStreamNearlyFull: the disk that NATS may take is used up; mended by more of it', async () => {
  await stream('FILL')
  // A minute of steady growth is an hour for the rules.
  const steps = 60
  const seen = new Set<string>()
  for (let index = 0; index < steps; index++) {
    await publish('FILL.a', 4, Math.round(0.15 * megabyte))
    for (const name of await firing()) seen.add(name)
    await sleep(1_000)
  }
  await fires('KezJetStreamNearlyFull')
  expect([...seen]).toContain('KezJetStreamFilling')
  await cluster.widen('2GB')
  await allIsWell()
})
