import { statfs } from 'node:fs/promises'
import type { DoctorCheck } from '@kez-chat/contracts'
import { fail, ok, skipped } from '../check.ts'

const id = 'disk.free'
const leastBytes = 500 * 1024 * 1024

const room = (bytes: number): string => `${(bytes / 1_073_741_824).toFixed(1)} GiB`

/** How full the file systems are that the server writes to, where they can be seen from here. */
export const lookAtDisks = async (folders: readonly string[], fullPercent: number): Promise<DoctorCheck[]> => {
  const seen = new Set<string>()
  const checks: DoctorCheck[] = []
  for (const folder of folders) {
    const found = await statfs(folder).catch(() => undefined)
    if (!found) continue
    const { blocks, bavail, bsize, files, ffree } = found
    const [all, free] = [blocks * bsize, bavail * bsize]
    // Several folders on one file system say the same.
    const key = `${blocks} ${files} ${Math.round(free / leastBytes)}`
    if (seen.has(key) || all === 0) continue
    seen.add(key)
    const percent = 100 - (free / all) * 100
    const what = `${room(free)} free of ${room(all)} where ${folder} is (${percent.toFixed(0)} % used).`
    const isOutOfFiles = files > 0 && ffree / files < 0.02
    checks.push(
      percent >= fullPercent || free < leastBytes || isOutOfFiles
        ? fail(
            id,
            `The disk is nearly full: ${isOutOfFiles ? `no more files can be made where ${folder} is.` : what} A full disk stops NATS and Postgres.`,
            'Make room ("docker system prune", old backups, logs), or give the volume more.',
          )
        : ok(id, what),
    )
  }
  return checks.length > 0
    ? checks
    : [skipped(id, 'The data of the server is not to be seen from here; name its folder with --data-dir.')]
}
