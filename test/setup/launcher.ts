import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@kez-chat/embedded'

const root = join(import.meta.dirname, '..', '..')
const startMs = 60_000
const endMs = 45_000

export type Place = {
  readonly dataDir: string
  readonly port: number
  readonly internalPort: number
  readonly webDir: string
  readonly remove: () => void
}

/** A data folder and a public port for one test. */
export const makePlace = async (): Promise<Place> => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-setup-'))
  const webDir = join(dir, 'web')
  mkdirSync(webDir)
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>kez-chat</title>')
  const dataDir = join(dir, 'data')
  return {
    dataDir,
    webDir,
    port: await freePort(),
    internalPort: await freePort(),
    remove: () => {
      const id = join(dataDir, 'postgres.id')
      if (existsSync(id))
        rmSync(join('/var/lib/kez-chat', readFileSync(id, 'utf8').trim()), { recursive: true, force: true })
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export type Launcher = {
  readonly process: ChildProcess
  readonly url: string
  readonly output: () => string
  /** Resolves when the banner is there; rejects with the output when it ends before. */
  readonly running: () => Promise<void>
  readonly exitCode: () => Promise<number | null>
}

/** Runs the launcher as `npm start` does, in a process group of its own like a job of a terminal. */
export const launch = (place: Place, args: readonly string[] = []): Launcher => {
  const { NATS_URL: _nats, DATABASE_URL: _database, ...env } = process.env
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], {
    cwd: tmpdir(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env,
      KEZ_RELAYS: 'none',
      KEZ_DATA_DIR: place.dataDir,
      KEZ_CHAT_WEB_DIR: place.webDir,
      KEZ_CHAT_BIND: `127.0.0.1:${place.port}`,
      KEZ_INTERNAL_BIND: `127.0.0.1:${place.internalPort}`,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
  })
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!output.includes(text)) return
        child.stdout.off('data', look)
        resolve()
      }
      child.stdout.on('data', look)
      look()
    })
  return {
    process: child,
    url: `http://127.0.0.1:${place.port}`,
    output: () => output,
    running: () =>
      inTime(startMs, 'the banner', () => output, [
        said('kez-chat is running'),
        exited.then((code) => Promise.reject(new Error(`the launcher ended with ${code}:\n${output}`))),
      ]),
    exitCode: () => inTime(endMs, 'the end', () => output, [exited]),
  }
}

const inTime = async <Result>(
  ms: number,
  what: string,
  output: () => string,
  outcomes: Promise<Result>[],
): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come in ${ms} ms:\n${output()}`)), ms)
  })
  try {
    return await Promise.race([...outcomes, late])
  } finally {
    clearTimeout(timer)
  }
}

type Ref = { readonly pid: number; readonly started: string }

/** The processes that the data folder's lock names: the launcher itself and its servers. */
export const lockedProcesses = (
  place: Place,
): { readonly owner: Ref; readonly children: Readonly<Record<string, Ref>> } =>
  JSON.parse(readFileSync(join(place.dataDir, 'launcher.lock'), 'utf8'))

/** Whether a process still does anything; one that only waits to be reaped does not. */
export const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z')
  } catch {
    return false
  }
}

/** Command lines of running processes that mention the data folder or the database that belongs to it. */
export const processesOf = (place: Place): string[] => {
  const id = join(place.dataDir, 'postgres.id')
  const marks = [place.dataDir, ...(existsSync(id) ? [readFileSync(id, 'utf8').trim()] : [])]
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isAlive(Number(name)))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((line) => marks.some((mark) => line.includes(mark)))
}
