import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import {
  createCalloutXkey,
  createIssuerNkey,
  createUserNkey,
  type KeyFile,
  keyChange,
  keyFileText,
  type NatsKeyName,
  natsUsers,
  nkeyOfSeed,
  readKeyFile,
} from '@kez-chat/nats-config'
import type { Call, Report } from '../../command.ts'
import { CliError, EXIT, usageError } from '../../errors.ts'
import { withLock } from '../../files/lock.ts'
import { replacePrivateFile } from '../../files/write-private.ts'
import { columns } from '../../output/table.ts'
import { addressesIn, dataFolderOf } from '../data-folder.ts'
import { connectedKeys, natsAccepts, somethingListens } from './ask-nats.ts'
import { type KeyPlace, keyFolders, keysOfDataFolder, natsConfigOf, needKey, publicKeysOf } from './place.ts'

export const rotateSteps = ['status', 'prepare', 'switch', 'finish', 'all'] as const
export type RotateStep = (typeof rotateSteps)[number]

const secretName = 'operator-secret'
const keyNames = [...natsUsers, 'auth-issuer', 'auth-xkey'] as const satisfies readonly NatsKeyName[]
const names = [...keyNames, secretName] as const
type Name = (typeof names)[number]

const makers = {
  'auth-issuer': () => createIssuerNkey().seed,
  'auth-xkey': () => createCalloutXkey().seed,
  [secretName]: () => randomBytes(32).toString('hex'),
} as const
const makerOf = (name: Name): (() => string) =>
  name === 'auth-issuer' || name === 'auth-xkey' || name === secretName ? makers[name] : () => createUserNkey().seed

const chosen = ({ option }: Call): Name[] => {
  const only = option('only')
  if (only === undefined) return [...names]
  const wanted = only.split(',').map((part) => part.trim())
  const unknown = wanted.find((part) => !names.some((name) => name === part))
  if (unknown !== undefined) throw usageError(`--only names keys, comma-separated: ${names.join(', ')}`)
  return names.filter((name) => wanted.includes(name))
}

type Keys = ReadonlyMap<Name, KeyFile>

const readSecret = (path: string): KeyFile => {
  const file = existsSync(path) ? readKeyFile(readFileSync(path, 'utf8')) : undefined
  if (!file) throw new CliError(EXIT.files, 'bad_key_file', `${path} holds no secret`)
  return file
}

const readAll = (place: KeyPlace): Keys =>
  new Map(names.map((name) => [name, name === secretName ? readSecret(place.secrets[0]) : needKey(place.pathOf(name))]))

const inboxStreamsIn = (config: string): number =>
  Math.max(0, ...[...config.matchAll(/STREAM\.INFO\.INBOX_(\d+)/g)].map(([, index]) => Number(index))) + 1

/** What of a change is on disk is always a state that every service gets along with, wherever it is broken off. */
const writeAll = async (place: KeyPlace, before: Keys, after: Keys): Promise<Name[]> => {
  const changed: Name[] = []
  for (const [name, file] of after) {
    const text = keyFileText(file)
    if (text !== keyFileText(before.get(name) ?? { current: '' })) changed.push(name)
    for (const path of name === secretName ? place.secrets : [place.pathOf(name)])
      if (!existsSync(path) || readFileSync(path, 'utf8') !== text) await replacePrivateFile(path, text)
  }
  if (!place.nats) return changed
  const { config, publicKey } = place.nats
  for (const name of keyNames) {
    const text = `${publicKeysOf(needKey(place.pathOf(name))).join('\n')}\n`
    const path = publicKey(name)
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) await replacePrivateFile(path, text)
  }
  const was = existsSync(config) ? readFileSync(config, 'utf8') : ''
  const text = natsConfigOf(place, inboxStreamsIn(was))
  if (text !== was) await replacePrivateFile(config, text)
  return changed
}

const namedUrl = (call: Call): string | undefined =>
  call.option('nats-url') ?? (call.session.env.NATS_URL || addressesIn(dataFolderOf(call))?.nats)

const natsUrl = (call: Call): string => namedUrl(call) ?? 'nats://127.0.0.1:4222'

const usersWith = (keys: Keys, is: 'next' | 'old') =>
  natsUsers.flatMap((name) => {
    const other = keys.get(name)?.other
    return other?.is === is ? [{ name, seed: other.seed }] : []
  })

/** Nobody may be told to use a key that NATS would refuse. */
const checkAccepted = async (call: Call, keys: Keys): Promise<void> => {
  const url = natsUrl(call)
  const hint = 'Restart NATS so that it reads its configuration, then run this again; --unchecked leaves this out.'
  const coming = usersWith(keys, 'next')
  if (coming.length > 0 && !(await natsAccepts(url, 'sys', keys.get('sys')?.current ?? '')))
    throw new CliError(
      EXIT.network,
      'nats_unreachable',
      'NATS was not reached, so nobody knows whether it takes the new keys',
      { hint },
    )
  for (const { name, seed } of coming) {
    if (await natsAccepts(url, name, seed)) continue
    throw new CliError(EXIT.refused, 'not_accepted', `NATS does not know the new key of ${name} yet`, { hint })
  }
}

/** Nobody may be locked out by a key that goes. */
const checkUnused = async (call: Call, keys: Keys): Promise<void> => {
  const old = usersWith(keys, 'old')
  const sys = keys.get('sys')
  if (old.length === 0 || !sys) return
  const used = await connectedKeys(natsUrl(call), sys.current)
  const late = old.filter(({ seed }) => used.has(nkeyOfSeed(seed).publicKey)).map(({ name }) => name)
  if (late.length === 0) return
  throw new CliError(EXIT.refused, 'still_in_use', `still connected by an old key: ${late.join(', ')}`, {
    hint: 'Restart these, then run this again.',
  })
}

const checkStopped = async (call: Call): Promise<void> => {
  // A server of `npm start` notes where it listens; without a note, what listens at the usual place is another one.
  const url = call.option('to') === undefined ? namedUrl(call) : natsUrl(call)
  if (url === undefined || !(await somethingListens(url))) return
  throw new CliError(EXIT.refused, 'running', 'the server runs: changing all at once is for one that is stopped', {
    hint: 'Stop it, or go step by step: prepare, switch, finish.',
  })
}

const next: Readonly<Record<Exclude<RotateStep, 'status'>, string>> = {
  prepare:
    'Restart NATS, auth and the registry, so that they know the new keys; nothing uses them yet. Then: kez admin keys rotate switch',
  switch:
    'Restart NATS and every service, one by one in any order: who still has an old key is let in. Then: kez admin keys rotate finish',
  finish: 'Restart NATS, auth and the registry: the old keys open nothing from then on.',
  all: 'Start the server: it runs with the new keys, and the old ones open nothing.',
}

const describeState = ({ other }: KeyFile): string =>
  other === undefined
    ? 'one key'
    : other.is === 'next'
      ? 'prepared: a second key counts'
      : 'switched: the old key counts still'

const apply = async (
  place: KeyPlace,
  step: Exclude<RotateStep, 'status'>,
  before: Keys,
  only: readonly Name[],
): Promise<Name[]> => {
  const steps = step === 'all' ? (['prepare', 'switch', 'finish'] as const) : ([step] as const)
  const change = (name: Name, file: KeyFile): KeyFile =>
    steps.reduce((current, one) => keyChange[one](current, makerOf(name)), file)
  const after = new Map([...before].map(([name, file]) => [name, only.includes(name) ? change(name, file) : file]))
  return writeAll(place, before, after)
}

/** `kez admin keys rotate`: a step at a time, so that every service finds its key accepted at each of them. */
export const rotateKeys = async (call: Call, step: RotateStep): Promise<Report> => {
  const to = call.option('to')
  const place = to === undefined ? keysOfDataFolder(dataFolderOf(call)) : keyFolders(to)
  const only = chosen(call)
  const work = async (): Promise<Report> => {
    const before = readAll(place)
    if (step !== 'status' && !call.has('unchecked')) {
      if (step === 'switch') await checkAccepted(call, before)
      if (step === 'finish') await checkUnused(call, before)
      if (step === 'all') await checkStopped(call)
    }
    const changed = step === 'status' ? [] : await apply(place, step, before, only)
    const keys = readAll(place)
    const states = Object.fromEntries([...keys].map(([name, { other }]) => [name, other?.is ?? 'one']))
    return {
      data: { step, changed, keys: states },
      text: (paint) => {
        const table = columns([...keys].map(([name, file]) => [paint.bold(name), describeState(file)]))
        if (step === 'status') return table
        const done = changed.length === 0 ? 'Nothing was left to change.' : `Changed: ${changed.join(', ')}.`
        return `${table}${done}\n${next[step]}\n`
      },
    }
  }
  return withLock(`${place.secrets[0]}.lock`, work)
}
