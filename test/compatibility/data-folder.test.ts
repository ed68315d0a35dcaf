import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { AcceptedMessage, ChainEventAppended, HandleEvent, IdentityEvent, InboxRecord } from '@kez-chat/contracts'
import { createRegistration, fromHex, parseAnyPrimary, parseHandle } from '@kez-chat/identity'
import { createInner, messagingKeyFromSeed, open, outerId, parseEnvelope, seal } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { launch, makePlace } from '../setup/launcher.ts'
import { frozenVersions } from './versions.ts'

const Contents = z.object({
  server: z.string(),
  people: z.array(
    z.object({
      handle: z.string(),
      seed: z.string(),
      new_seed: z.string().optional(),
      ended: z.boolean().optional(),
      barred: z.boolean().optional(),
    }),
  ),
  recipient: z.string(),
  texts: z.array(z.string()),
  inbox: z.array(AcceptedMessage),
  records: z.array(InboxRecord),
})
/** Inboxes keep messages for 30 days; a day is left for clocks. */
const keptMs = 29 * 24 * 3600 * 1000

describe.each(frozenVersions)('the data folder of $version', ({ folder }) => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const contents = Contents.parse(read('data-folder.json'))
  const events = z.array(z.object({ event: z.unknown() })).parse(read('events.json'))
  const keyOf = (handle: string) =>
    messagingKeyFromSeed(fromHex(contents.people.find((person) => person.handle === handle)?.seed ?? '', 32))

  it('holds events that are still understood to the last member', () => {
    expect(events.length).toBeGreaterThan(0)
    for (const { event } of events) expect(z.union([IdentityEvent, ChainEventAppended]).parse(event)).toEqual(event)
  })

  it('holds inbox records whose messages still open', async () => {
    const bob = keyOf(contents.recipient)
    const opened = contents.records.map(async ({ id, envelope, received_at: receivedAt }) => {
      expect(outerId(parseEnvelope(envelope))).toBe(id)
      return (await open(envelope, bob, { now: Date.parse(receivedAt) })).body
    })
    expect(await Promise.all(opened)).toEqual(contents.texts.map((text) => ({ type: 'text', text })))
  })

  it('starts under this version, knows everybody, gives out what it kept, and goes on counting above it', async () => {
    const place = await makePlace()
    mkdirSync(place.dataDir)
    expect(spawnSync('tar', ['-xzf', join(folder, 'data-folder.tgz'), '-C', place.dataDir]).status).toBe(0)
    const launcher = launch(place)
    try {
      await launcher.running()
      const client = createClient({ baseUrl: `http://127.0.0.1:${place.port}` })
      expect((await client.health()).server).toBe(contents.server)
      const known = events.flatMap(({ event }) => HandleEvent.safeParse(event).data ?? [])
      for (const { handle, seed, new_seed: newSeed, ended, barred } of contents.people) {
        const profile = await client.lookup(handle)
        const registered = known.find((event) => event.type === 'HandleRegistered' && event.handle === handle)
        const { primary } = messagingKeyFromSeed(fromHex(newSeed ?? seed, 32))
        const status = ended ? 'revoked' : barred ? 'barred' : 'active'
        const expected = { primary, status, registered_at: registered?.at }
        expect(profile).toMatchObject(expected)
        for (const event of known.filter((each) => each.handle === handle)) {
          if (event.type === 'TransportBound') expect(profile.nostr).toBe(event.nostr)
          if (event.type === 'ProofsSet') expect(profile.proofs.map(({ subject }) => subject)).toEqual(event.proofs)
        }
      }
      for (const { event } of events) {
        const appended = ChainEventAppended.safeParse(event).data
        if (appended)
          expect(await client.sigchainHead(parseAnyPrimary(appended.primary))).toMatchObject({ hash: appended.hash })
      }

      const [sender, recipient] = [keyOf('alice'), keyOf(contents.recipient)]
      const owner = { handle: contents.recipient, signer: recipient }
      const { messages } = await client.readInbox(owner)
      const kept = contents.inbox.filter(({ accepted_at: at }) => Date.now() - Date.parse(at) < keptMs)
      expect(messages.map(({ id, seq }) => ({ id, seq }))).toEqual(
        expect.arrayContaining(kept.map(({ id, seq }) => ({ id, seq }))),
      )

      const draft = { from: sender.primary, fromHandle: `alice@${contents.server}`, sentAt: Date.now() }
      const inner = createInner({
        ...draft,
        to: recipient.primary,
        body: { type: 'text', text: 'after the upgrade' },
      })
      const { seq } = await client.postMessage({ to: contents.recipient, envelope: { ...(await seal(inner, sender)) } })
      expect(seq).toBeGreaterThan(Math.max(...contents.inbox.map((message) => message.seq)))
      const page = await client.readInbox(owner, { since: seq - 1 })
      expect((await open(page.messages[0]?.envelope, recipient, { now: Date.now() })).inner).toEqual(inner)

      // Who comes new is found, and hears from those who were there.
      const newcomer = messagingKeyFromSeed(randomBytes(32))
      await client.register(
        createRegistration(
          { handle: parseHandle('newcomer'), server: contents.server, createdAt: Date.now() },
          newcomer,
        ),
      )
      const welcome = createInner({ ...draft, to: newcomer.primary, body: { type: 'text', text: 'welcome' } })
      await client.postMessage({ to: 'newcomer', envelope: { ...(await seal(welcome, sender)) } })
      const { messages: first } = await client.readInbox({ handle: 'newcomer', signer: newcomer })
      expect((await open(first[0]?.envelope, newcomer, { now: Date.now() })).body).toEqual(welcome.body)
    } finally {
      launcher.process.kill('SIGTERM')
      await launcher.exitCode()
      place.remove()
    }
  })
})
