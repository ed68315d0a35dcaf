import type { App, Log, Settings } from '@kez-chat/runtime'

export type Environment = Readonly<Record<string, string | undefined>>

/** A service as the launcher runs it, inside its own process. */
export type Service = {
  readonly name: string
  readonly settings: Settings
  readonly create: (env: Environment, log: Log) => App
}

/** In the order they start; they stop the other way round, so that the gateway goes first. */
export const services: readonly Service[] = []
