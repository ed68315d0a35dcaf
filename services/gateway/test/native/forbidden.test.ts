import type { NatsClient } from '@kez-chat/client/nats'
import { inboxSubject, maxPersonPayloadBytes, replyPrefix } from '@kez-chat/contracts'
import { createUserNkey } from '@kez-chat/nats-config'
import { connect, createInbox, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from '../rig.ts'
import { ackFormats, codeOf, openPerson } from './people.ts'

/** Somebody in the services' account who sees everything there: what a person has reached, they have seen. */
const watcher = createUserNkey()
const addWatcher = (config: string): string =>
  config
    .replace('auth_users: [', `auth_users: [\n      ${watcher.publicKey}`)
    .replace(
      'jetstream: enabled\n    users: [',
      `jetstream: enabled\n    users: [\n      { nkey: ${watcher.publicKey} }`,
    )

const streams = ['INBOX_0', 'IDENTITY', 'CHAINS', 'KV_directory', 'KV_used-signatures', 'KV_proof-checks']

/** Every call of the JetStream API: by stream, by stream and consumer, and of the whole. */
const streamCalls = [
  ...['CREATE', 'UPDATE', 'INFO', 'DELETE', 'PURGE', 'SNAPSHOT', 'RESTORE', 'NAMES', 'LIST'].map(
    (call) => `STREAM.${call}`,
  ),
  ...['MSG.GET', 'MSG.DELETE', 'PEER.REMOVE', 'LEADER.STEPDOWN'].map((call) => `STREAM.${call}`),
  ...['CREATE', 'NAMES', 'LIST'].map((call) => `CONSUMER.${call}`),
  'DIRECT.GET',
]
const consumerCalls = [
  ...['CREATE', 'DURABLE.CREATE', 'INFO', 'DELETE', 'PAUSE', 'UNPIN', 'RESET', 'MSG.NEXT', 'LEADER.STEPDOWN'].map(
    (call) => `CONSUMER.${call}`,
  ),
]
const wholeCalls = [
  'INFO',
  'STREAM.NAMES',
  'STREAM.LIST',
  'STREAM.TEMPLATE.NAMES',
  'ACCOUNT.PURGE.APP',
  'ACCOUNT.STREAM.MOVE.APP.INBOX_0',
  'META.LEADER.STEPDOWN',
  'SERVER.REMOVE',
]

describe.each(ackFormats)('a person who has logged in, %s,', (_, ackFormat) => {
  let rig: Rig
  let gateway: TestGateway
  let app: NatsConnection
  let mallory: Person
  let alice: Person
  let hostile: NatsClient

  beforeAll(async () => {
    rig = await startRig({ nats: { config: (shipped) => ackFormat(addWatcher(shipped)) } })
    gateway = await rig.startGateway()
    await rig.startAuth()
    app = await connect({ servers: rig.nats.url, authenticator: nkeyAuthenticator(Buffer.from(watcher.seed)) })
    ;[mallory, alice] = [await newPerson(gateway), await newPerson(gateway)]
    hostile = await openPerson(rig, mallory)
    await hostile.createConsumer(0)
    const victim = await openPerson(rig, alice)
    await victim.createConsumer(0)
    await victim.close()
  })
  afterAll(async () => {
    await hostile?.close()
    await app?.close()
    await rig?.stop()
  })

  /** Which of these the server refuses, by its own word. */
  const refusedOf = async (subjects: readonly string[], attempt: (nc: NatsConnection, subject: string) => void) => {
    const client = await openPerson(rig, mallory)
    const nc = client.connection
    const refused = new Set<string>()
    const watch = (async () => {
      for await (const status of nc.status()) {
        const subject = status.type === 'error' ? /to "([^"]+)"/.exec(status.error.message)?.[1] : undefined
        if (subject) refused.add(subject)
      }
    })()
    for (const subject of subjects) attempt(nc, subject)
    await nc.flush()
    await expect.poll(() => refused.size, { timeout: 5_000 }).toBeGreaterThanOrEqual(subjects.length)
    await client.close()
    await watch
    return [...refused].sort()
  }

  const forbiddenToPublish = (): string[] => {
    const [own, other] = [mallory.hex, alice.hex]
    const numbers = '1.1.1.1770000000000000000.0'
    return [
      `kez.send.${other}`,
      `kez.consumer.${other}`,
      inboxSubject.stored(other),
      inboxSubject.live(other),
      inboxSubject.stored(own),
      inboxSubject.live(own),
      ...['kez.registry.v1.register', 'kez.registry.v1.append_chain', 'kez.push.v1.vapid_key', 'kez.anything'],
      ...['identity.handle.alice', `identity.primary.${other}`, `chain.ed25519.${other}`],
      ...[`$KV.directory.h.${alice.handle}`, `$KV.directory.p.${other}`, '$KV.used-signatures.aa', '$O.bucket.x'],
      ...[
        replyPrefix(other, '0'.repeat(32)),
        `_INBOX_${other}`,
        '_INBOX_gateway',
        '_INBOX_registry',
        '_INBOX',
        '_R_',
      ].map((prefix) => `${prefix}.x`),
      ...[
        '$SYS.REQ.USER.AUTH',
        '$SYS.REQ.USER.INFO',
        '$SYS.REQ.SERVER.PING',
        '$SYS.REQ.SERVER.PING.CONNZ',
        '$SYS.REQ.ACCOUNT.PING.CONNZ',
        '$SYS.REQ.ACCOUNT.APP.INFO',
        '$SYS.ACCOUNT.APP.CONNECT',
      ],
      ...wholeCalls.map((call) => `$JS.API.${call}`),
      ...streams.flatMap((stream) => streamCalls.map((call) => `$JS.API.${call}.${stream}`)),
      ...streams.flatMap((stream) => consumerCalls.map((call) => `$JS.API.${call}.${stream}.p_${other}_0`)),
      ...consumerCalls
        .filter((call) => call !== 'CONSUMER.MSG.NEXT')
        .map((call) => `$JS.API.${call}.INBOX_0.p_${own}_0`),
      `$JS.API.CONSUMER.CREATE.INBOX_0.p_${own}_0.${inboxSubject.stored(other)}`,
      `$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_${own}_4`,
      `$JS.API.CONSUMER.MSG.NEXT.INBOX_0.*`,
      `$JS.ACK.INBOX_0.p_${other}_0.${numbers}`,
      `$JS.ACK._.acc.INBOX_0.p_${other}_0.${numbers}`,
      `$JS.ACK.IDENTITY.settlement.${numbers}`,
      // One that would be an acknowledgement of the own consumer and, to the server, of one of the services' at once.
      `$JS.ACK.IDENTITY.settlement.INBOX_0.p_${own}_0.1`,
      `$JS.ACK.IDENTITY.settlement.INBOX_0.p_${own}_0.1.1.1`,
      `$JS.ACK.INBOX_0.p_${own}_0.IDENTITY.settlement.${numbers}`,
      ...['$JS.FC.INBOX_0.x.y', '$JSC.R.x', '$JS.SNAPSHOT.ACK.INBOX_0.x', '$JS.EVENT.ADVISORY.x', '$MQTT.x', '$GR.x'],
    ].filter((subject) => !subject.includes('*'))
  }

  test('may publish on no subject of anybody else, of any service, of JetStream or of the system', async () => {
    const subjects = forbiddenToPublish()
    expect(subjects.length).toBeGreaterThan(150)
    expect(await refusedOf(subjects, (nc, subject) => nc.publish(subject, '{}'))).toEqual([...new Set(subjects)].sort())
  })

  test('may subscribe to nothing of anybody else', async () => {
    const subjects = [
      ...['>', '*', '*.>', 'kez.>', 'kez.*.*', 'kez.inbox.>', 'kez.inbox.*.live', 'kez.send.*', 'kez.consumer.*'],
      `kez.send.${mallory.hex}`,
      `kez.inbox.${alice.hex}.live`,
      `kez.inbox.${alice.hex}.>`,
      ...[`_INBOX_${alice.hex}.>`, `${replyPrefix(alice.hex, '0'.repeat(32))}.>`, '_INBOX.>', '_INBOX_>', '_R_.>'],
      `${replyPrefix(mallory.hex, '0'.repeat(32))}.>`,
      ...['$SYS.>', '$JS.>', '$JS.ACK.>', '$KV.>', 'identity.>', 'chain.>', '$JS.EVENT.>'],
    ]
    const attempt = (nc: NatsConnection, subject: string): void => {
      nc.subscribe(subject, { callback: () => undefined })
    }
    expect(await refusedOf(subjects, attempt)).toEqual(subjects.toSorted())
    const inGroup = (nc: NatsConnection, subject: string): void => {
      nc.subscribe(subject, { queue: 'gateway', callback: () => undefined })
    }
    expect(await refusedOf(['kez.send.*', 'kez.consumer.*', '>'], inGroup)).toEqual([
      '>',
      'kez.consumer.*',
      'kez.send.*',
    ])
  })

  test('reaches nothing by setting a reply to what they may not publish on', async () => {
    await gateway.client.postMessage({ to: mallory.handle, envelope: newEnvelope() })
    const replies = [
      'kez.registry.v1.register',
      'kez.push.v1.vapid_key',
      `kez.send.${alice.hex}`,
      `kez.consumer.${alice.hex}`,
      inboxSubject.stored(alice.hex),
      inboxSubject.live(alice.hex),
      `$KV.directory.h.${alice.handle}`,
      `identity.handle.newcomer`,
      '$JS.API.STREAM.PURGE.INBOX_0',
      '$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_x_0',
      '_INBOX_gateway.x.1',
      '_INBOX_registry.x.1',
    ]
    const seen: string[] = []
    const watched = [...new Set([...replies, 'kez.registry.>', 'kez.push.>', 'identity.>', '$KV.directory.>'])]
    for (const subject of watched)
      app.subscribe(subject, { callback: (error, message) => void (error ? 0 : seen.push(message.subject)) })
    await app.flush()
    const stateOf = async (stream: string): Promise<number> =>
      (await app.request(`$JS.API.STREAM.INFO.${stream}`, '')).json<{ state: { last_seq: number } }>().state.last_seq
    const before = await Promise.all(streams.map(stateOf))
    const nc = hostile.connection
    const deliveries = await new Promise<string[]>((resolve) => {
      const acks: string[] = []
      const own = createInbox(replyPrefixOf(nc))
      nc.subscribe(own, {
        max: 1,
        callback: (_, message) => {
          acks.push(message.reply ?? '')
          resolve(acks)
        },
      })
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_${mallory.hex}_0`, '{"batch":1,"expires":5000000000}', {
        reply: own,
      })
    })
    const ack = deliveries[0] ?? ''
    expect(ack.split('.')).toHaveLength(ackFormat('').includes('js_ack_fc_v2') ? 11 : 9)
    for (const reply of replies) {
      nc.publish(`kez.send.${mallory.hex}`, JSON.stringify({ to: 'nobody-here', envelope: {} }), { reply })
      nc.publish(`kez.consumer.${mallory.hex}`, '{"op":"info","slot":0}', { reply })
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_${mallory.hex}_0`, '{"batch":1,"no_wait":true}', { reply })
      nc.publish(ack, '+NXT {"batch":1,"no_wait":true}', { reply })
      nc.publish(ack, '-NAK', { reply })
    }
    await nc.flush()
    // What they may ask is answered in the meantime: all of the above has been dealt with.
    expect(await codeOf(hostile.send({ to: 'nobody-here', envelope: newEnvelope() }))).toBe('not_found')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(seen).toEqual([])
    expect(await Promise.all(streams.map(stateOf))).toEqual(before)
  })

  test('can make others look, never make them see: what counts is what their own consumer holds', async () => {
    const victim = await openPerson(rig, alice)
    const got: unknown[] = []
    let hints = 0
    const inbox = victim.openInbox({ onMessage: (message) => void got.push(message) })
    victim.onHint(alice.hex, () => {
      hints += 1
    })
    await victim.connection.flush()
    for (let i = 0; i < 3; i++) await gateway.client.postMessage({ to: mallory.handle, envelope: newEnvelope() })
    const pull = `$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_${mallory.hex}_0`
    hostile.connection.publish(pull, '{"batch":3,"expires":2000000000}', { reply: inboxSubject.live(alice.hex) })
    await expect.poll(() => hints).toBeGreaterThan(0)
    const real = await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    await expect.poll(() => got).toEqual([expect.objectContaining({ seq: real.seq })])
    await inbox.close()
    await victim.close()
  })

  test('gets no consumer but the one of the gateway, whatever else the request names', async () => {
    const request = {
      op: 'create',
      slot: 1,
      deliver_subject: inboxSubject.live(alice.hex),
      filter_subject: inboxSubject.stored(alice.hex),
      config: { deliver_subject: 'kez.registry.v1.register' },
    }
    const nc = hostile.connection
    const reply = (await nc.request(`kez.consumer.${mallory.hex}`, JSON.stringify(request))).json<{ ok: boolean }>()
    expect(reply.ok).toBe(true)
    const info = (await app.request(`$JS.API.CONSUMER.INFO.INBOX_0.p_${mallory.hex}_1`, '')).json<{
      config: { filter_subject?: string; deliver_subject?: string }
    }>()
    expect(info.config.filter_subject).toBe(inboxSubject.stored(mallory.hex))
    expect(info.config.deliver_subject).toBeUndefined()
  })

  test('is held to a number of subscriptions and a size of messages', async () => {
    const client = await openPerson(rig, mallory)
    const nc = client.connection
    const errors: string[] = []
    void (async () => {
      for await (const status of nc.status()) if (status.type === 'error') errors.push(status.error.message)
    })()
    const prefix = replyPrefixOf(nc)
    for (let i = 0; i < 80; i++)
      nc.subscribe(`${prefix}.limit${i}`, { callback: (error) => void (error && errors.push(error.message)) })
    await nc.flush().catch(() => undefined)
    await expect.poll(() => errors.join()).toMatch(/maximum subscriptions exceeded/i)
    await client.close()
    const large = await openPerson(rig, mallory)
    expect(large.connection.info?.max_payload).toBe(maxPersonPayloadBytes)
    await large.close()
  })
})

/** Under which subjects a connection of a person gets answers, as the library chose them. */
const replyPrefixOf = (nc: NatsConnection): string => {
  const { options } = nc as unknown as { options?: { inboxPrefix?: string } }
  return options?.inboxPrefix ?? ''
}
