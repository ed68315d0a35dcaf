import { readFileSync } from 'node:fs'
import { type Kdf, openExport, type Tally } from '@kez-chat/export-file'
import { concat, fromHex, parsePrimary } from '@kez-chat/identity'
import { messagingKeyFromSeed } from '@kez-chat/messaging'
import { argon2id } from 'hash-wasm'
import { expect, it } from 'vitest'
import { freshStore, readMessages } from '../../test/store.ts'
import { conversationTag } from '../storage/conversation.ts'
import { readSummary } from '../storage/conversations.ts'
import { findFile, partsOf } from '../storage/files.ts'
import { readMoved } from '../storage/moved.ts'
import { readEvents } from '../storage/own-events.ts'
import { readExport } from './read-export.ts'

type Frozen = { passphrase: string; seed: string; storage_key: string; bob: string; tally: Tally }

const folder = new URL('../../../fixtures/v0.1/', import.meta.url)
const file = readFileSync(new URL('export.kez', folder))
const frozen: Frozen = JSON.parse(readFileSync(new URL('export.json', folder), 'utf8'))

const argon2: Kdf = async (password, salt, { m, t, p }) => {
  const cost = { memorySize: m, iterations: t, parallelism: p, hashLength: 32 }
  return Uint8Array.from(await argon2id({ password, salt, ...cost, outputType: 'binary' }))
}

it('an export that version 0.1 has written still opens, and all of it comes in', async () => {
  const store = await freshStore(fromHex(frozen.storage_key, 32))
  const { primary } = messagingKeyFromSeed(fromHex(frozen.seed, 32))
  const stream = async function* () {
    yield file
  }
  const done = await readExport(
    await openExport(stream(), frozen.passphrase, argon2),
    { store, primary, sameKey: true, now: Date.now() },
    { signal: new AbortController().signal, onProgress: () => undefined },
  )
  expect(done).toMatchObject({ whole: true, leftOut: [], file: frozen.tally.history, here: frozen.tally.history })
  const taken = Object.fromEntries([...done.kinds].map(([kind, { fresh, known }]) => [kind, fresh + known]))
  expect({ ...taken, about: 1, identity: 1 }).toEqual(frozen.tally.kinds)
  const tag = conversationTag(store.rest, parsePrimary(frozen.bob))
  expect(await readSummary(store, tag)).toMatchObject({
    conversation: { handle: 'bob@kez.test', unread: 1 },
    draft: 'half a thought',
  })
  const messages = await readMessages(store, tag, { count: 9 })
  expect(messages.map(({ body }) => body.text ?? body.name)).toEqual(['hello', 'sent', 'waiting', 'notes.bin'])
  const kept = await findFile(store, tag, messages[3] ?? { inner_id: '', body: { type: '' } })
  expect(kept && concat(...(await partsOf(kept)))).toEqual(
    Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 251),
  )
  expect(await readMoved(store)).toMatchObject({ handle: 'alice', server: 'kez.test', base_url: 'https://kez.test' })
  expect(await readEvents(store)).toMatchObject([{ payload: { op: 'add', payload: { subject: 'github:alice' } } }])
})
