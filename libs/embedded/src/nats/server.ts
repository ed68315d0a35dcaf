import { connect } from 'node:net'
import { EmbeddedError } from '../errors.ts'
import { type Child, startChild } from '../process/child.ts'
import { logTail } from '../process/log-file.ts'
import { type RestartPolicy, type Supervised, type SupervisionEvent, supervise } from '../process/supervise.ts'
import { waitUntil } from '../process/wait-until.ts'

export type NatsServerOptions = {
  readonly binary: string
  readonly configFile: string
  readonly logFile: string
  /** The client port the configuration names, on 127.0.0.1. */
  readonly port: number
  readonly restart: RestartPolicy
  readonly report: (event: SupervisionEvent) => void
}

const startTimeoutMs = 60_000

/**
 * Starts a nats-server with a configuration file and waits until it greets clients.
 * @throws EmbeddedError `port_in_use`, or `child_failed` with the last lines of its log.
 */
export const startNatsServer = (options: NatsServerOptions): Promise<Supervised> =>
  supervise({
    name: 'NATS',
    logFile: options.logFile,
    start: () => startReady(options),
    restart: options.restart,
    report: options.report,
  })

const startReady = async ({ binary, configFile, logFile, port }: NatsServerOptions): Promise<Child> => {
  const child = await startChild({
    name: 'NATS',
    command: binary,
    args: ['--config', configFile],
    logFile,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
    stopSteps: [['SIGINT', 20_000]],
  })
  const ready = await waitUntil(async () => child.hasExited() || (await greets(port)), startTimeoutMs)
  if (ready && !child.hasExited()) return child
  await child.stop()
  const log = logTail(logFile)
  if (/address already in use/.test(log)) throw new EmbeddedError('port_in_use', 'A port for NATS is taken.')
  throw new EmbeddedError('child_failed', `nats-server did not become ready. Its last words (${logFile}):\n${log}`)
}

/** A nats-server speaks first: its line `INFO {…}` says that it takes clients. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 })
    const answer = (greeted: boolean) => {
      socket.destroy()
      resolve(greeted)
    }
    socket.once('data', (data) => answer(data.toString('latin1').startsWith('INFO ')))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
    socket.once('close', () => answer(false))
  })
