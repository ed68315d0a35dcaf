import type { App } from './app.ts'
import { startInternalServer } from './internal-server.ts'
import { type InternalTlsFiles, readInternalTls } from './internal-tls.ts'
import { createLog, type LogLevel } from './log.ts'
import type { Bind } from './settings.ts'
import { ConfigError } from './settings.ts'
import type { TracingConfig } from './tracing/settings.ts'
import { startTracing } from './tracing/start-tracing.ts'

/** What a service has to end what is under way, in milliseconds; then it is ended. */
export const stopWithin = 25_000

export type ProcessConfig = InternalTlsFiles &
  TracingConfig & { readonly internalBind: Bind; readonly logLevel: LogLevel }

/**
 * Runs one service as a process: start, internal listener, stop on SIGINT or SIGTERM within 25 s.
 * A failed start is explained in one message and exits with 1 (2 for settings).
 */
export const runService = async (create: () => Promise<{ app: App; config: ProcessConfig }>): Promise<void> => {
  try {
    const { app, config } = await create()
    const tracing = await startTracing(app.name, config, createLog(app.name, config.logLevel))
    const internal = await startInternalServer([app], config.internalBind, await readInternalTls(config))
    const stop = async (): Promise<void> => {
      setTimeout(() => process.exit(1), stopWithin).unref()
      await app.stop()
      await Promise.all([internal.stop(), tracing.stop()])
      process.exit(0)
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    await app.start()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(error instanceof ConfigError ? 2 : 1)
  }
}
