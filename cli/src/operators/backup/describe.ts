import type { Manifest } from '@kez-chat/backup'
import type { Paint } from '../../output/paint.ts'
import { columns, fields, table } from '../../output/table.ts'
import type { Restored } from './restored.ts'
import type { Taken } from './take.ts'

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

export const readableBytes = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

/** What a part is, for somebody who does not know the names of streams. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^KV_relay-cursors$/, 'how far nostr relays were read'],
  [/^RELAY_LISTS$/, 'profiles and lists, by the home relay'],
  [/^RELAY_MAIL$/, 'messages of the last days, by the home relay'],
  [/^INBOX_\d+$/, 'inboxes'],
  [/^IDENTITY$/, 'registrations, keys, invitations'],
  [/^CHAINS$/, 'sigchains'],
  [/^push\.subscriptions$/, 'devices that are woken'],
  [/^push\.removed$/, 'devices that were removed'],
  [/^push\.(wakes|deliveries)$/, 'pushes that wait'],
]
const meaningOf = (part: string): string => meanings.find(([name]) => name.test(part))?.[1] ?? ''

const rowsOf = ({ streams, database }: Pick<Manifest, 'streams' | 'database'>): string[][] => [
  ...streams.map(({ name, messages, file, contentSha256 }) => [
    name,
    String(messages),
    readableBytes(file.bytes),
    contentSha256.slice(0, 16),
  ]),
  ...(database?.tables ?? []).map(({ name, rows, contentSha256 }) => [
    `${database?.schema}.${name}`,
    String(rows),
    '',
    contentSha256.slice(0, 16),
  ]),
]

/** What a backup holds, for somebody who takes their first one. */
export const describeTaken = ({ folder, manifest, removed }: Taken, paint: Paint): string => {
  const { server, createdAt, keys, encryption } = manifest
  const facts = fields(paint, [
    ['backup', paint.bold(folder)],
    ['of', server],
    ['holds', `everything acknowledged before ${createdAt}`],
    ['keys', keys.length === 0 ? paint.careful('left out') : keys.map(({ name }) => name).join(', ')],
    ['sealed', encryption ? paint.good('with your passphrase') : paint.careful('no: who has the files can read them')],
    ...(removed.length > 0 ? [['removed', `${removed.join(', ')} (--keep)`] as const] : []),
  ])
  const rows = rowsOf(manifest).map(([part = '', entries = '', size = '']) => [part, entries, size, meaningOf(part)])
  const content = table(paint, ['part', 'entries', 'size', 'what it is'], rows)
  const next = `Restore it with: kez admin restore --from ${folder}\n`
  return `${facts}\n${content}\n${next}`
}

/** What was put back, compared with the backup. */
export const describeRestored = ({ manifest, into, next }: Restored, paint: Paint): string => {
  const facts = fields(paint, [
    ['restored', paint.bold(manifest.server)],
    ['into', into],
    ['as of', `everything acknowledged before ${manifest.createdAt}`],
  ])
  const rows = rowsOf(manifest).map(([name = '', entries = '', , sum = '']) => [name, entries, sum, paint.good('same')])
  const content = columns([['part', 'entries', 'SHA-256 of the content', 'compared'].map(paint.bold), ...rows])
  return `${facts}\n${content}\n${next.map((line) => `${line}\n`).join('')}`
}
