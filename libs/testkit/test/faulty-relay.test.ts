import { schnorrSign, sha256 } from '@nostr-relay/common'
import { expect, onTestFinished, test } from 'vitest'
import { type FaultyRelay, type RelayFaults, signNostrEvent, startFaultyRelay } from '../src/index.ts'

// The secret key 3, of which everybody knows the public key.
const secret = '3'.padStart(64, '0')
const pubkey = 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'

let count = 0
const newEvent = (tags: string[][] = [], kind = 1, createdAt = Math.floor(Date.now() / 1000)) =>
  signNostrEvent(secret, pubkey, { kind, content: `${++count}`, tags, createdAt })

const start = async (faults: RelayFaults = {}, random?: () => number): Promise<FaultyRelay> => {
  const relay = await startFaultyRelay({ faults, ...(random ? { random } : {}) })
  onTestFinished(relay.stop)
  return relay
}

/** A bare connection, and what it was told. */
const connect = async ({ url }: FaultyRelay) => {
  const socket = new WebSocket(url)
  const heard: unknown[][] = []
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()))
  socket.addEventListener('message', ({ data }) => void heard.push(JSON.parse(String(data)) as unknown[]))
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  onTestFinished(() => socket.close())
  const say = (...frame: unknown[]): void => socket.send(JSON.stringify(frame))
  const of = (type: string): unknown[][] => heard.filter(([first]) => first === type)
  return { say, of, closed }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('without faults it is a relay: it takes, keeps, shows what was asked for, and tells of new events', async () => {
  const relay = await start()
  const { say, of } = await connect(relay)
  const [mine, other] = [newEvent([['q', 'me']]), newEvent([['q', 'you']])]
  say('EVENT', mine)
  say('EVENT', other)
  await expect.poll(() => of('OK')).toHaveLength(2)
  say('REQ', 's', { '#q': ['me'] })
  await expect.poll(() => of('EOSE')).toHaveLength(1)
  expect(of('EVENT')).toEqual([['EVENT', 's', mine]])
  const later = newEvent([['q', 'me']])
  say('EVENT', later)
  await expect.poll(() => of('EVENT')).toHaveLength(2)
  expect(relay.stored()).toHaveLength(3)
  expect(relay.frames).toHaveLength(4)
})

test('an event with a false signature is refused by the relay itself', async () => {
  const relay = await start()
  const { say, of } = await connect(relay)
  say('EVENT', { ...newEvent(), sig: schnorrSign(sha256(['x']), secret) })
  await expect.poll(() => of('OK')).toMatchObject([['OK', expect.any(String), false, expect.any(String)]])
  expect(relay.stored()).toEqual([])
})

test('ok and not stored, ok and not served', async () => {
  const relay = await start({ okNotStored: 1 })
  const { say, of } = await connect(relay)
  say('EVENT', newEvent())
  await expect.poll(() => of('OK')).toHaveLength(1)
  expect(relay.stored()).toHaveLength(0)
  relay.set({ okNotServed: 1 })
  say('REQ', 'live', { kinds: [1] })
  say('EVENT', newEvent())
  await expect.poll(() => of('OK')).toHaveLength(2)
  say('REQ', 's', { kinds: [1] })
  await expect.poll(() => of('EOSE')).toHaveLength(2)
  expect(relay.stored()).toHaveLength(1)
  expect(of('EVENT')).toEqual([])
})

test('frames are dropped both ways, doubled, and answered by nothing', async () => {
  const relay = await start({ dropIn: 1 })
  const { say, of } = await connect(relay)
  say('EVENT', newEvent())
  await pause(200)
  expect(relay.frames).toEqual([])
  for (const faults of [{ dropOut: 1 }, { silent: true }]) {
    relay.set(faults)
    say('EVENT', newEvent())
  }
  await expect.poll(() => relay.stored()).toHaveLength(2)
  await pause(100)
  expect(of('OK')).toEqual([])
  relay.set({ duplicate: 1 })
  say('EVENT', newEvent())
  await expect.poll(() => of('OK')).toHaveLength(2)
})

test('what is delayed keeps its order, what is overtaken does not', async () => {
  let draws = [0.9, 0.1]
  const relay = await start({ delay: [0, 200] }, () => {
    const [next = 0, ...others] = draws
    draws = [...others, next]
    return next
  })
  const { say, of } = await connect(relay)
  const events = [newEvent(), newEvent()]
  for (const event of events) say('EVENT', event)
  await expect.poll(() => of('OK').map(([, id]) => id)).toEqual(events.map(({ id }) => id))
  relay.set({ reorder: { share: 0.5, within: 300 } })
  // Every other frame is held back for 270 ms.
  draws = [0.1, 0.9, 0.9]
  const more = [newEvent(), newEvent(), newEvent(), newEvent()]
  for (const event of more) say('EVENT', event)
  await expect.poll(() => of('OK')).toHaveLength(6)
  expect(
    of('OK')
      .slice(2)
      .map(([, id]) => id),
  ).toEqual([more[1], more[3], more[0], more[2]].map((event) => event?.id))
})

test('an OK comes late, an EOSE never', async () => {
  const relay = await start({ lateOk: 400, neverEose: true })
  const { say, of } = await connect(relay)
  say('EVENT', newEvent())
  await expect.poll(() => relay.stored()).toHaveLength(1)
  expect(of('OK')).toEqual([])
  say('REQ', 's', { kinds: [1] })
  await expect.poll(() => of('OK')).toHaveLength(1)
  expect(of('EVENT')).toHaveLength(1)
  expect(of('EOSE')).toEqual([])
})

test('authentication is demanded midway, and given with the right challenge only', async () => {
  const relay = await start()
  const { say, of } = await connect(relay)
  say('EVENT', newEvent())
  await expect.poll(() => of('OK')).toHaveLength(1)
  relay.set({ auth: 'all' })
  await expect.poll(() => of('AUTH')).toHaveLength(1)
  say('EVENT', newEvent())
  say('REQ', 's', { kinds: [1] })
  await expect.poll(() => of('CLOSED')).toHaveLength(1)
  expect(of('OK')[1]).toEqual(['OK', expect.any(String), false, expect.stringMatching(/^auth-required:/)])
  const challenge = String(of('AUTH')[0]?.[1])
  const answer = (text: string) =>
    newEvent(
      [
        ['relay', relay.url],
        ['challenge', text],
      ],
      22242,
    )
  say('AUTH', answer('another'))
  await expect.poll(() => of('OK')[2]?.[2]).toBe(false)
  say('AUTH', answer(challenge))
  await expect.poll(() => of('OK')[3]?.[2]).toBe(true)
  say('EVENT', newEvent())
  await expect.poll(() => of('OK')[4]?.[2]).toBe(true)
})

test('a clock that is off by an hour refuses what is dated now', async () => {
  const relay = await start({ clock: 3_600 })
  const { say, of } = await connect(relay)
  say('EVENT', newEvent())
  say('EVENT', newEvent([], 1, Math.floor(Date.now() / 1000) + 3_600))
  await expect.poll(() => of('OK').map(([, , accepted]) => accepted)).toEqual([false, true])
})

test('connections flap, are cut, and cannot be had while it is down; what it keeps stays', async () => {
  const relay = await start({ flap: [50, 100] })
  const flapping = await connect(relay)
  await flapping.closed
  relay.set({})
  const steady = await connect(relay)
  steady.say('EVENT', newEvent())
  await expect.poll(() => relay.stored()).toHaveLength(1)
  relay.cut()
  await steady.closed
  await relay.down()
  await expect(fetch(relay.url.replace('ws:', 'http:'))).rejects.toThrow()
  await relay.up()
  const again = await connect(relay)
  again.say('REQ', 's', { kinds: [1] })
  await expect.poll(() => again.of('EVENT')).toHaveLength(1)
})
