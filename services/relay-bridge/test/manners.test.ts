import { bucketName, RelayStatus } from '@kez-chat/contracts'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import { outerId } from '@kez-chat/messaging'
import { checkAuthEvent, parseNostrEvent } from '@kez-chat/messaging/nostr'
import { type RelayCounterpart, startRelayCounterpart } from '@kez-chat/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { relayKeyOf } from '../src/leases/relay-key.ts'
import { metricOf, newMessage, type Rig, startRig } from './rig.ts'
import { type Script, type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts'

let rig: Rig
const started = new Set<ScriptedRelay | RelayCounterpart>()
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.stop())
afterEach(async () => {
  await rig.stopBridges()
  for (const relay of started) await relay.stop()
  started.clear()
})

const scripted = async (script: Script = {}): Promise<ScriptedRelay> => {
  const relay = await startScriptedRelay(script)
  started.add(relay)
  return relay
}
const real = async (): Promise<RelayCounterpart> => {
  const relay = await startRelayCounterpart()
  started.add(relay)
  return relay
}
const start = async (relays: readonly { url: string }[], ...rest: [Record<string, string>?]) => {
  const bridge = rig.bridge(
    relays.map(({ url }) => url),
    ...rest,
  )
  await bridge.start()
  return bridge
}
const publish = (relay: RelayCounterpart, event: unknown) =>
  relay.publish(event as Parameters<RelayCounterpart['publish']>[0])

/** How a relay does as everybody is told. */
const statusOf = async ({ url }: { url: string }): Promise<RelayStatus | undefined> => {
  const bucket = bucketName.relayStates
  const key = `$KV.${bucket}.${relayKeyOf(url)}`
  const found = await readFromLeader(rig.gateway, `KV_${bucket}`, { last_by_subj: key })
  return found && RelayStatus.parse(JSON.parse(new TextDecoder().decode(found.data)))
}
const requests = (relay: ScriptedRelay) =>
  relay.asked.filter(([type]) => type === 'REQ') as [string, string, ...{ '#q'?: string[]; limit: number }[]][]

it('asks a relay for no more than it says it takes', async () => {
  const limitation = { max_message_length: 4_096, max_subscriptions: 3, max_filters: 2, max_limit: 50 }
  const relay = await scripted({ information: { limitation } })
  const people = await Promise.all(Array.from({ length: 60 }, () => rig.newPerson()))
  await start([relay])
  const covered = (): number =>
    new Set(requests(relay).flatMap(([, , ...filters]) => filters.flatMap((f) => f['#q']))).size
  await expect.poll(covered).toBeGreaterThanOrEqual(people.length)
  for (const [, , ...filters] of requests(relay)) {
    expect(filters.length).toBeLessThanOrEqual(2)
    for (const { limit } of filters) expect(limit).toBeLessThanOrEqual(50)
  }
  for (const message of relay.asked) expect(JSON.stringify(message).length).toBeLessThanOrEqual(4_096)
  const open = new Set<unknown>()
  for (const [type, id] of relay.asked) {
    if (type === 'REQ') open.add(id)
    else open.delete(id)
    expect(open.size).toBeLessThanOrEqual(3)
  }
})

it('listens to all chat events of a relay that takes too few filters for everybody', async () => {
  const relay = await scripted({
    information: { limitation: { max_message_length: 600, max_subscriptions: 2, max_filters: 1 } },
  })
  await Promise.all(Array.from({ length: 20 }, () => rig.newPerson()))
  await start([relay])
  await expect.poll(() => requests(relay).length).toBeGreaterThan(0)
  expect(requests(relay).at(-1)?.[2]).toMatchObject({ kinds: [4242, 4244] })
  expect(requests(relay).at(-1)?.[2]?.['#q']).toBeUndefined()
})

it('reads on behind the answers that a relay cuts off', async () => {
  const relay = await real()
  const alice = await rig.newPerson()
  const sent = await Promise.all(
    Array.from({ length: 520 }, (_, i) => newMessage(alice, { at: Date.now() - i * 60_000, text: `${i}` })),
  )
  for (const { event } of sent) await publish(relay, event)
  await start([relay])
  await expect.poll(async () => (await rig.inboxOf(alice)).length, { timeout: 60_000, interval: 500 }).toBe(520)
  const ids = new Set((await rig.inboxOf(alice)).map(({ id }) => id))
  expect(ids).toEqual(new Set(sent.map(({ envelope }) => outerId(envelope))))
}, 90_000)

describe('authentication', () => {
  const gatekeeper = (allowed: Set<unknown>): Script => {
    const challenge = 'prove it'
    return {
      onOpen: (say) => say(['AUTH', challenge]),
      onMessage: ([type, id], say, socket) => {
        if (type === 'AUTH') {
          const event = parseNostrEvent(id)
          checkAuthEvent(event, { relay: event.tags[0]?.[1] ?? '', challenge }, Date.now())
          allowed.add(socket)
          say(['OK', event.id, true, ''])
        } else if (type === 'REQ')
          say(allowed.has(socket) ? ['EOSE', id] : ['CLOSED', id, 'auth-required: who are you?'])
      },
    }
  }

  it('is given to a relay that demands it, also midway, and then it is asked again', async () => {
    const allowed = new Set<unknown>()
    const relay = await scripted(gatekeeper(allowed))
    const alice = await rig.newPerson()
    await start([relay])
    await expect.poll(() => allowed.size).toBe(1)
    const afterwards = relay.asked.length
    await expect.poll(() => relay.asked.slice(-1)[0]?.[0]).toBe('REQ')
    const id = requests(relay)[0]?.[1]
    relay.broadcast(['EVENT', id, (await newMessage(alice)).event])
    await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)

    allowed.clear()
    relay.broadcast(['AUTH', 'prove it'])
    relay.broadcast(['CLOSED', requests(relay).at(-1)?.[1], 'auth-required: once more'])
    await expect.poll(() => allowed.size).toBe(1)
    await expect.poll(() => relay.asked.length).toBeGreaterThan(afterwards + 1)
    expect(relay.connected()).toBe(1)
  })

  it('is not given to a relay that merely offers it', async () => {
    const relay = await scripted({ onOpen: (say) => say(['AUTH', 'who?']) })
    await rig.newPerson()
    await start([relay])
    await expect.poll(() => requests(relay).length).toBeGreaterThan(0)
    expect(relay.asked.map(([type]) => type)).not.toContain('AUTH')
  })

  it('that is refused ends in staying away and saying why', async () => {
    const relay = await scripted({
      onOpen: (say) => say(['AUTH', 'x']),
      onMessage: ([type, id], say) => {
        if (type === 'REQ') say(['CLOSED', id, 'auth-required: members only'])
        else if (type === 'AUTH') say(['OK', (id as { id: string }).id, false, 'restricted: no'])
      },
    })
    await rig.newPerson()
    await start([relay])
    await expect
      .poll(() => statusOf(relay))
      .toMatchObject({ state: 'backing_off', reason: expect.stringMatching(/read/) })
  })
})

it.each([
  ['CLOSED', (id: unknown) => ['CLOSED', id, 'rate-limited: slow down there chief']],
  ['NOTICE', () => ['NOTICE', 'ERROR: rate limited']],
])('a relay that limits rates by %s is left alone for longer and longer, and asked again', async (_, refusal) => {
  let refusals = 0
  const relay = await scripted({
    onMessage: ([type, id], say) => {
      if (type === 'REQ') say(++refusals <= 2 ? refusal(id) : ['EOSE', id])
    },
  })
  await rig.newPerson()
  const bridge = await start([relay])
  await expect.poll(() => relay.connected()).toBe(3)
  await expect.poll(() => statusOf(relay)).toMatchObject({ state: 'connected', rejected: 0 })
  expect(await metricOf(bridge, `kez_relay_bridge_relay_state{relay="${relay.url}",state="connected"}`)).toBe(1)
})

it('why a relay is left alone is told everybody in words of our own, not in those of the relay or of the network', async () => {
  const talkative = await scripted({
    onMessage: ([type, id], say) => {
      if (type === 'REQ') say(['CLOSED', id, 'rate-limited: 192.0.2.7 of secret.example asks too much'])
    },
  })
  const gone = await startScriptedRelay()
  await gone.stop()
  await rig.newPerson()
  await start([talkative, gone])
  await expect.poll(() => statusOf(talkative)).toMatchObject({ state: 'backing_off', reason: 'it limits rates' })
  await expect.poll(() => statusOf(gone)).toMatchObject({ state: 'backing_off', reason: 'no connection' })
})

it('a relay that hangs up is connected to again', async () => {
  const relay = await scripted()
  await rig.newPerson()
  await start([relay])
  for (const times of [1, 2, 3]) {
    await expect.poll(() => relay.connected()).toBe(times)
    await expect.poll(() => requests(relay).length).toBeGreaterThanOrEqual(times)
    relay.drop()
  }
  await expect.poll(() => relay.connections()).toBe(1)
})

describe('a relay that', () => {
  const penalties = (relay: { url: string }, offence: string): string =>
    `kez_relay_bridge_relay_penalties_total{relay="${relay.url}",reason="too much of: ${offence}"}`

  it.each<[string, string, Script]>([
    ['talks nonsense', 'junk', { onOpen: (say) => void Array.from({ length: 30 }, () => say('{"hello":')) }],
    [
      'sends no events as events',
      'junk',
      { onMessage: ([, id], say) => void Array.from({ length: 30 }, () => say(['EVENT', id, { id: 'x' }])) },
    ],
  ])('%s is left alone and reported', async (_, offence, script) => {
    const relay = await scripted(script)
    await rig.newPerson()
    const bridge = await start([relay])
    await expect.poll(() => metricOf(bridge, penalties(relay, offence))).toBeGreaterThanOrEqual(1)
    await expect.poll(() => statusOf(relay)).toMatchObject({ state: 'penalised' })
  })

  it.each([
    ['what is for nobody here', { tags: [['q', 'ab'.repeat(32)]] }],
    ['the same message again and again', {}],
  ])('floods with %s is penalised, too', async (_, change) => {
    const alice = await rig.newPerson()
    const { event } = await newMessage(alice)
    const relay = await scripted({
      onMessage: ([type, id], say, socket) => {
        if (type !== 'REQ') return
        say(['EOSE', id])
        const pump = setInterval(() => {
          for (let i = 0; i < 50; i++) say(['EVENT', id, { ...event, ...change }])
        }, 10)
        socket.on('close', () => clearInterval(pump))
      },
    })
    const bridge = rig.bridge(
      [relay.url],
      { KEZ_RELAY_FEED_FROM: '0' },
      { flow: { messagesPerSecond: 100, messageBurst: 200, pause: 20 } },
    )
    await bridge.start()
    await expect.poll(() => metricOf(bridge, penalties(relay, 'flood'))).toBeGreaterThanOrEqual(1)
    await expect.poll(() => statusOf(relay)).toMatchObject({ state: 'penalised' })
  })

  it('lies about signatures is penalised, stores nothing, and cannot keep the true message out', async () => {
    const alice = await rig.newPerson()
    const honest = await real()
    const { event } = await newMessage(alice)
    const lies = Array.from({ length: 8 }, (_, i) => ({ ...event, sig: `${i}`.repeat(128) }))
    const others = await Promise.all(lies.map(() => newMessage(alice)))
    const altered = others.map(({ event: other }) => ({ ...other, content: event.content }))
    const liar = await scripted({
      onMessage: ([type, id], say) => {
        if (type === 'REQ') for (const lie of [...lies, ...altered]) say(['EVENT', id, lie])
      },
    })
    const bridge = await start([liar, honest])
    await publish(honest, event)
    await expect.poll(() => metricOf(bridge, penalties(liar, 'forged'))).toBeGreaterThanOrEqual(1)
    await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
    expect((await rig.inboxOf(alice))[0]).toMatchObject({ event, via: honest.url })
    await expect.poll(() => statusOf(liar)).toMatchObject({ state: 'penalised', accepted: 0 })
  })

  it('carries events of strangers that are too large is not left, and messages behind them arrive', async () => {
    const alice = await rig.newPerson()
    const { event } = await newMessage(alice)
    const relay = await scripted({
      onMessage: ([type, id], say) => {
        if (type !== 'REQ') return
        for (const size of [70_000, 100 << 10, 900 << 10]) say(['EVENT', id, { ...event, content: 'x'.repeat(size) }])
        say(['EVENT', id, event])
        say(['EOSE', id])
      },
    })
    const bridge = await start([relay])
    await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
    expect(
      await metricOf(bridge, `kez_relay_bridge_events_rejected_total{relay="${relay.url}",reason="malformed"}`),
    ).toBe(3)
    expect(relay.connected()).toBe(1)
  })

  it('sends a message beyond all sizes loses its connection, and is connected to again soon', async () => {
    let opened = 0
    const relay = await scripted({
      onOpen: (say) => (++opened <= 2 ? say(['NOTICE', 'x'.repeat(2 << 20)]) : undefined),
    })
    await rig.newPerson()
    const bridge = await start([relay])
    await expect.poll(() => relay.connected()).toBe(3)
    await expect.poll(() => statusOf(relay)).toMatchObject({ state: 'connected' })
    expect(
      await metricOf(bridge, `kez_relay_bridge_relay_offences_total{relay="${relay.url}",offence="oversized"}`),
    ).toBe(2)
    expect(await metricOf(bridge, penalties(relay, 'oversized'))).toBeNaN()
  })

  it('carries what strangers wrote badly is not blamed for it', async () => {
    const alice = await rig.newPerson()
    const { event } = await newMessage(alice)
    const stranger = (change: object) => ({ ...event, ...change })
    const relay = await scripted({
      onMessage: ([type, id], say) => {
        if (type !== 'REQ') return
        for (let i = 0; i < 60; i++) {
          say(['EVENT', id, stranger({ content: `\u0000${i}` })])
          say(['EVENT', id, stranger({ tags: [...event.tags, ...event.tags] })])
          say(['EVENT', id, stranger({ created_at: 1 })])
        }
        say(['EVENT', id, event])
      },
    })
    const bridge = await start([relay])
    await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
    expect(
      await metricOf(bridge, `kez_relay_bridge_events_rejected_total{relay="${relay.url}",reason="malformed"}`),
    ).toBe(120)
    expect(await metricOf(bridge, `kez_relay_bridge_events_rejected_total{relay="${relay.url}",reason="stale"}`)).toBe(
      60,
    )
    expect(relay.connected()).toBe(1)
  })
})

it('shows how relays do: state, latency, counts and the last event', async () => {
  const [relay, alice] = [await real(), await rig.newPerson()]
  const bridge = await start([relay])
  await publish(relay, (await newMessage(alice)).event)
  await expect.poll(() => rig.inboxOf(alice)).toHaveLength(1)
  await expect
    .poll(() => metricOf(bridge, `kez_relay_bridge_relay_latency_seconds{relay="${relay.url}"}`))
    .toBeLessThan(5)
  expect(await metricOf(bridge, `kez_relay_bridge_events_accepted_total{relay="${relay.url}"}`)).toBe(1)
  expect(await metricOf(bridge, `kez_relay_bridge_relay_last_event_age_seconds{relay="${relay.url}"}`)).toBeLessThan(60)
  expect(await metricOf(bridge, 'kez_relay_bridge_leases_owned')).toBe(1)
  expect(await metricOf(bridge, 'kez_relay_bridge_verify_waiting')).toBe(0)
  await expect
    .poll(() => statusOf(relay), { timeout: 30_000 })
    .toMatchObject({ state: 'connected', accepted: 1, rejected: 0, latency_ms: expect.any(Number) })
  const text = await bridge.metrics.metrics()
  expect(text).not.toContain(alice.hex)
  expect(text).not.toContain(alice.entry.handle)
}, 60_000)
