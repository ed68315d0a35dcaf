import { createHash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { EmbeddedError } from '../errors.ts'
import { writePrivateFile } from '../files.ts'
import { isRunning, processRef } from '../process/identity.ts'
import { endOrphans } from './orphans.ts'

const processRecord = z.object({ pid: z.number().int(), started: z.string() })
const lockRecord = z.object({
  owner: processRecord,
  /** Different at each locking, so that one stale lock is never taken for another. */
  nonce: z.string(),
  stopping: z.boolean(),
  children: z.record(z.string(), processRecord),
})
type LockRecord = z.output<typeof lockRecord>

/** The sole right to a data folder, and the note of which server processes live in it. */
export type DataFolderLock = {
  /** Notes a server process, so that a later start can find it if this one dies without a word. */
  readonly noteChild: (name: string, child: { readonly pid: number; readonly started: string }) => void
  /** Notes that this process is ending, so that the next one waits instead of refusing. */
  readonly noteStopping: () => void
  readonly release: () => void
}

const shortWaitMs = 4_000
const stoppingWaitMs = 40_000

/**
 * Takes the lock of a data folder. A lock whose owner is gone (its pid may belong to somebody else by now: the start
 * time is compared) is taken over after its server processes are gone. A live owner gets a moment to end, since its
 * starter may just have been killed.
 * @throws EmbeddedError `data_folder_in_use`.
 */
export const lockDataFolder = async (
  folder: string,
  onWait: (what: string) => void = () => {},
): Promise<DataFolderLock> => {
  const file = join(folder, 'launcher.lock')
  const self = processRef(process.pid) ?? { pid: process.pid, started: 'unknown' }
  const record: LockRecord = { owner: self, nonce: randomBytes(12).toString('hex'), stopping: false, children: {} }
  const begun = performance.now()
  let told = false
  for (;;) {
    if (place(file, record)) break
    const found = read(file)
    if (found === undefined) continue
    if (!isRunning(found.owner)) {
      await endOrphans(Object.entries(found.children), onWait)
      if (takeOver(file, found, record)) break
      continue
    }
    const patience = found.stopping ? stoppingWaitMs : shortWaitMs
    if (performance.now() - begun > patience) throw inUse(folder, found)
    if (!told) onWait(`Another kez-chat (process ${found.owner.pid}) uses ${folder}; waiting for it to end`)
    told = true
    await sleep(100 + Math.random() * 100)
  }

  let current = record
  const update = (change: Partial<LockRecord>) => {
    current = { ...current, ...change }
    writePrivateFile(file, JSON.stringify(current))
  }
  return {
    noteChild: (name, { pid, started }) => update({ children: { ...current.children, [name]: { pid, started } } }),
    noteStopping: () => update({ stopping: true }),
    release: () => {
      if (read(file)?.nonce === record.nonce) rmSync(file, { force: true })
    },
  }
}

/** Puts the record where no file is; a link is atomic and never replaces. */
const place = (file: string, record: LockRecord): boolean => {
  const beside = `${file}.${record.nonce}`
  writePrivateFile(beside, JSON.stringify(record))
  try {
    linkSync(beside, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(beside, { force: true })
  }
}

/**
 * Replaces a stale lock. Of several that see the same stale lock only one gets its claim file, and it looks again
 * before it replaces; a claim whose maker died is thrown away.
 */
const takeOver = (file: string, stale: LockRecord, record: LockRecord): boolean => {
  const claim = `${file}.claim-${createHash('sha256').update(stale.nonce).digest('hex').slice(0, 16)}`
  if (!place(claim, record)) {
    const other = read(claim)
    if (other !== undefined && !isRunning(other.owner)) rmSync(claim, { force: true })
    return false
  }
  try {
    if (read(file)?.nonce !== stale.nonce) return false
    const beside = `${file}.${record.nonce}`
    writePrivateFile(beside, JSON.stringify(record))
    renameSync(beside, file)
    return true
  } finally {
    rmSync(claim, { force: true })
  }
}

/** A lock is written in one step, so one that cannot be read is not ours: it is refused, not removed. */
const read = (file: string): LockRecord | undefined => {
  if (!existsSync(file)) return undefined
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const parsed = lockRecord.safeParse(parse(text))
  if (parsed.success) return parsed.data
  throw new EmbeddedError(
    'data_folder_invalid',
    `${file} is not a lock this version understands. If no kez-chat runs there, remove it.`,
  )
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const inUse = (folder: string, { owner }: LockRecord) =>
  new EmbeddedError(
    'data_folder_in_use',
    `kez-chat is already running with the data folder ${folder} (process ${owner.pid}). Stop it first, or set KEZ_DATA_DIR to another folder to run a second one.`,
  )
