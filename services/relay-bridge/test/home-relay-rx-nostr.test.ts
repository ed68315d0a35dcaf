import { seckeySigner, verifier } from '@rx-nostr/crypto'
import {
  createRxBackwardReq,
  createRxForwardReq,
  createRxNostr,
  type EventPacket,
  type LazyFilter,
  type RxNostr,
} from 'rx-nostr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type HomeRelayRig,
  messageFor,
  newAuthor,
  ownEvent,
  plain,
  startHomeRelayRig,
  type TestPerson,
} from './home-relay-rig.ts'

let rig: HomeRelayRig
const clients: RxNostr[] = []
beforeAll(async () => {
  rig = await startHomeRelayRig()
})
afterAll(async () => {
  for (const client of clients) client.dispose()
  await rig?.stop()
})

/** A client of rx-nostr that authenticates by itself whenever it is asked to. */
const rxClient = ({ transport }: Pick<TestPerson, 'transport'>): RxNostr => {
  const signer = seckeySigner(Buffer.from(transport.secret).toString('hex'))
  const client = createRxNostr({ verifier, signer, authenticator: 'auto', connectionStrategy: 'aggressive' })
  client.setDefaultRelays([rig.url])
  clients.push(client)
  return client
}

const publish = (client: RxNostr, event: object): Promise<{ ok: boolean; notice?: string }> =>
  new Promise((resolve, reject) => {
    client.send(event as Parameters<RxNostr['send']>[0]).subscribe({
      next: ({ ok, notice }) => resolve(notice === undefined ? { ok } : { ok, notice }),
      error: reject,
    })
  })

const query = (client: RxNostr, filter: LazyFilter): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const request = createRxBackwardReq()
    const found: string[] = []
    client.use(request).subscribe({
      next: ({ event }: EventPacket) => found.push(event.id),
      complete: () => resolve(found),
      error: reject,
    })
    request.emit(filter)
    request.over()
  })

test('rx-nostr publishes, asks and listens; it authenticates when it is asked to', async () => {
  const alice = await rig.newPerson()
  const sender = rxClient({ transport: newAuthor() })
  const first = messageFor(alice)
  expect(await publish(sender, plain(first))).toMatchObject({ ok: true })
  expect(await publish(sender, plain(first))).toMatchObject({ ok: true, notice: expect.stringMatching(/^duplicate: /) })
  expect(await publish(sender, plain(ownEvent(alice, 1)))).toMatchObject({
    ok: false,
    notice: expect.stringMatching(/^blocked: /),
  })

  const reader = rxClient(alice)
  const mail = { kinds: [4242], '#q': [alice.address] }
  await expect.poll(() => query(reader, mail)).toEqual([first.id])

  const live = createRxForwardReq()
  const got: string[] = []
  reader.use(live).subscribe(({ event }) => got.push(event.id))
  live.emit(mail)
  await expect.poll(() => got).toEqual([first.id])
  const second = messageFor(alice)
  await publish(sender, plain(second))
  await expect.poll(() => got).toEqual([first.id, second.id])

  const profile = ownEvent(alice, 0, '{"name":"alice"}')
  expect(await publish(reader, plain(profile))).toMatchObject({ ok: true })
  expect(await query(sender, { kinds: [0], authors: [alice.transport.publicKey] })).toEqual([profile.id])
})
