import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type DoctorCheck, Timestamp } from '@kez-chat/contracts'
import { z } from 'zod'
import { readInputFile } from '../../files/read-input.ts'
import { fail, ok, skipped, warn } from '../check.ts'

const id = 'backups.age'
const hour = 3_600_000
const maxManifestBytes = 4 * 1024 * 1024
/** A folder that was touched so lately may be of a backup that is being made. */
const underWayFor = hour
/** Newest names first; so many are read. */
const lookedAt = 50

const Manifest = z.object({ createdAt: Timestamp })
const cure = 'Run "kez admin backup", and have it run every night (cron or a systemd timer); see docs/operations.md.'

const createdAt = async (folder: string): Promise<number | undefined> => {
  try {
    const { text } = await readInputFile(join(folder, 'manifest.json'), maxManifestBytes)
    const { success, data } = Manifest.safeParse(JSON.parse(text))
    return success ? Date.parse(data.createdAt) : undefined
  } catch {
    return undefined
  }
}

const isUnderWay = (folder: string, now: number): Promise<boolean> =>
  stat(folder).then(
    ({ mtimeMs }) => now - mtimeMs < underWayFor,
    () => false,
  )

const ageOf = (ms: number): string =>
  ms < 2 * hour
    ? `${Math.round((ms / hour) * 60)} minutes`
    : ms < 48 * hour
      ? `${Math.round(ms / hour)} hours`
      : `${Math.round(ms / (24 * hour))} days`

/** How old the newest backup is that is whole: one folder for each, its `manifest.json` written last. */
export const lookAtBackups = async (dir: string | undefined, maxHours: number, now: number): Promise<DoctorCheck[]> => {
  if (dir === undefined) return [skipped(id, 'Where backups are was not said; name their folder with --backups.')]
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => undefined)
  if (!entries)
    return [
      fail(
        id,
        `The folder of backups ${dir} cannot be read.`,
        'Name the folder that holds the backups, as somebody who may read it.',
      ),
    ]
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .reverse()
    .slice(0, lookedAt)
  const dates = await Promise.all(names.map((name) => createdAt(join(dir, name))))
  const whole = dates.filter((date) => date !== undefined)
  if (whole.length === 0) return [fail(id, `There is no backup in ${dir}.`, cure)]
  const newest = Math.max(...whole)
  const broken = dates.length - whole.length
  const age = now - newest
  if (age > maxHours * hour)
    return [fail(id, `The newest backup is ${ageOf(age)} old, older than ${maxHours} hours.`, cure)]
  const note = `The newest backup is ${ageOf(Math.max(0, age))} old.`
  if (dates[0] === undefined && (await isUnderWay(join(dir, names[0] ?? ''), now)))
    return [ok(id, `${note} Another one is being made.`)]
  if (dates[0] === undefined)
    return [
      warn(
        id,
        `${note} A later one, ${names[0]}, is not whole.`,
        'See why the last backup broke off (is the disk full?), run it again, and remove what is not whole.',
      ),
    ]
  return [ok(id, broken > 0 ? `${note} ${broken} older ones are not whole.` : note)]
}
