import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type ServiceProcess = {
  readonly start: () => Promise<void>
  /** Sends a signal and waits for the end; SIGTERM unless told otherwise. */
  readonly stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>
  readonly restart: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>
  /** Stops it in its tracks, and lets it go on. */
  readonly pause: () => void
  readonly resume: () => void
  /** What it has written so far, both streams. */
  readonly log: () => string
}

const readyWithin = 150_000
const stopsWithin = 30_000
const keptLog = 200_000

/** The auth responder is in the registry's image, with an entry point of its own. */
const mainOf = (name: string): string =>
  fileURLToPath(
    new URL(
      name === 'auth' ? '../../../services/registry/src/auth-main.ts' : `../../../services/${name}/src/main.ts`,
      import.meta.url,
    ),
  )

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

/** One service as operators run it: a process of its own from its `main.ts`, ready when its probe says so. */
export const serviceProcess = (
  name: string,
  env: Readonly<Record<string, string>>,
  readyUrl: string,
): ServiceProcess => {
  let child: ChildProcess | undefined
  let log = ''
  const keep = (chunk: unknown): void => {
    log = (log + String(chunk)).slice(-keptLog)
  }

  const running = (): ChildProcess | undefined =>
    child && child.exitCode === null && child.signalCode === null ? child : undefined

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const leaving = running()
    if (!leaving) return
    const gone = new Promise((resolve) => leaving.once('exit', resolve))
    leaving.kill(signal)
    const patience = setTimeout(() => leaving.kill('SIGKILL'), stopsWithin)
    await gone
    clearTimeout(patience)
  }

  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [mainOf(name)], {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const deadline = Date.now() + readyWithin
    while (!(await isReady(readyUrl))) {
      if (!running() || Date.now() > deadline) {
        await stop('SIGKILL')
        throw new Error(`${name} did not become ready:\n${log}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  return {
    start,
    stop,
    restart: async (signal) => {
      await stop(signal)
      await start()
    },
    pause: () => void running()?.kill('SIGSTOP'),
    resume: () => void running()?.kill('SIGCONT'),
    log: () => log,
  }
}
