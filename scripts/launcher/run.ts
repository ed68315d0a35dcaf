import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedError, type SupervisionEvent } from '@kez-chat/embedded'
import { ConfigError } from '@kez-chat/runtime'
import { banner } from './banner.ts'
import { createCleanup } from './cleanup.ts'
import { PortError } from './ports.ts'
import { createProgress } from './progress.ts'
import type { Environment } from './services.ts'
import { NotReadyError, startStack } from './stack.ts'
import { onStopSignal } from './stop-signal.ts'
import { WebBuildError } from './web-build.ts'

const root = join(import.meta.dirname, '..', '..')
const unfinishedStepMs = 5_000

/** Starts everything, says so, and runs until asked to stop; resolves to the exit code once all is stopped. */
export const runStack = async (env: Environment): Promise<number> => {
  const progress = createProgress(process.stdout)
  const cleanup = createCleanup(progress.say)
  const stopping = new AbortController()
  const ended = Promise.withResolvers<number>()
  const stop = (code: number, why: string) => {
    if (stopping.signal.aborted) return
    stopping.abort()
    progress.say(`\n${why}`)
    ended.resolve(code)
  }
  onStopSignal(
    () => stop(0, 'Stopping … (Ctrl-C again: at once)'),
    () => process.exit(130),
  )
  process.on('uncaughtException', (error) =>
    stop(1, `Something failed that should not: ${error.stack ?? error.message}`),
  )

  const report = (event: SupervisionEvent) => {
    const words = inWords(event)
    if (words !== undefined && !stopping.signal.aborted) progress.say(words)
    if (event.kind === 'gave_up') stop(1, `${event.name} cannot be kept running.`)
  }
  const started = startStack({ root, env, progress, cleanup, report, signal: stopping.signal }).then(
    (running) => {
      if (!stopping.signal.aborted) progress.say(banner(running))
    },
    (error: unknown) => stop(1, inPlainWords(error)),
  )
  const code = await ended.promise
  await Promise.race([started, sleep(unfinishedStepMs)])
  await cleanup.run()
  if (code === 0) progress.say('Stopped. Nothing is lost; npm start goes on from here.')
  return code
}

const inWords = (event: SupervisionEvent): string | undefined => {
  if (event.kind === 'started' || event.kind === 'gave_up') return undefined
  if (event.kind === 'restart_failed') return `  ${event.name} could not be started again: ${event.reason}`
  const how = event.exit.signal ?? `exit code ${event.exit.code}`
  return `  ${event.name} ended by itself (${how}) and is started again. Its last words:\n${event.log.replace(/^/gm, '    ')}`
}

const expected = [EmbeddedError, ConfigError, PortError, WebBuildError, NotReadyError]

const inPlainWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOSPC')
    return `The disk is full (${error.message}). What was there is as it was: make room and start again.`
  return expected.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message)
}
