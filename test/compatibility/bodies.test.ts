import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parsePrimary } from '@kez-chat/identity'
import { deleteBody, editBody, parseBody, reactBody, timerBody } from '@kez-chat/messaging'
import { describe, expect, it } from 'vitest'
import { frozenVersions } from './versions.ts'

const target = { id: 'ab'.repeat(16), from: parsePrimary(`ed25519:${'01'.repeat(32)}`) }

/** All that this version sends beside files, and what a reader of any version is shown. */
const sent = [
  { what: 'a text', body: { type: 'text', text: 'hello' }, shown: 'hello' },
  { what: 'a reply', body: { type: 'text', text: 'yes', reply: target }, shown: 'yes' },
  { what: 'a text that vanishes', body: { type: 'text', text: 'psst', ttl: 3_600 }, shown: 'psst' },
  { what: 'an edit', body: editBody(target.id, 'at nine, not at eight', { ttl: 60 }), shown: 'at nine, not at eight' },
  { what: 'a deletion', body: deleteBody(target.id), shown: '🗑️' },
  { what: 'a reaction', body: reactBody(target, '👍'), shown: '👍' },
  { what: 'a reaction taken back', body: reactBody(target), shown: '✖️' },
  { what: 'a timer', body: timerBody(4 * 7 * 24 * 3_600), shown: '⏱️ 4 w' },
  { what: 'a timer of minutes', body: timerBody(300), shown: '⏱️ 5 min' },
  { what: 'a timer switched off', body: timerBody(0), shown: '⏱️ ✖️' },
]

/** The versions whose reading of bodies is frozen. */
const readers = await Promise.all(
  frozenVersions
    .filter(({ folder }) => readdirSync(folder).includes('parse-body.js'))
    .map(async ({ version, folder }) => ({ version, ...(await import(join(folder, 'parse-body.js'))) })),
)

it('there is a frozen reader', () => {
  expect(readers.length).toBeGreaterThan(0)
})

describe.each(readers)('to $version', ({ parseBody: parse, isContent }) => {
  it.each(sent)('$what is something to show, and to acknowledge', ({ body, shown }) => {
    const seen = parse(JSON.parse(JSON.stringify(body)))
    expect(seen).toEqual({ type: 'text', text: shown })
    expect(isContent(seen)).toBe(true)
    expect(parseBody(body)).toEqual(body)
  })
})
