import type { App, Log, Settings } from '@kez-chat/runtime'
import { createApp as createGateway } from '../../services/gateway/src/app.ts'
import * as gateway from '../../services/gateway/src/config.ts'
import { createApp as createPush } from '../../services/push/src/app.ts'
import * as push from '../../services/push/src/config.ts'
import { createApp as createRegistry } from '../../services/registry/src/app.ts'
import { createApp as createAuth } from '../../services/registry/src/auth/app.ts'
import * as auth from '../../services/registry/src/auth/config.ts'
import * as registry from '../../services/registry/src/config.ts'
import { createApp as createRelayBridge } from '../../services/relay-bridge/src/app.ts'
import * as relayBridge from '../../services/relay-bridge/src/config.ts'

export type Environment = Readonly<Record<string, string | undefined>>

type Configured<Config, Secrets> = { readonly config: Config; readonly secrets: Secrets }
type Definition<Config, Secrets> = {
  readonly settings: Settings
  readonly loadConfig: (env: Environment) => Configured<Config, Secrets>
}

/** A service as the launcher runs it, inside its own process. */
export type Service = {
  readonly name: string
  readonly settings: Settings
  readonly create: (env: Environment, log: Log) => App
}

const service = <Config, Secrets>(
  name: string,
  { settings, loadConfig }: Definition<Config, Secrets>,
  createApp: (config: Config, secrets: Secrets, overrides: { log: Log }) => App,
): Service => ({
  name,
  settings,
  create: (env, log) => {
    const { config, secrets } = loadConfig(env)
    return createApp(config, secrets, { log })
  },
})

/** In the order they start; they stop the other way round, so that the gateway goes first. */
export const services: readonly Service[] = [
  service('registry', registry, createRegistry),
  service('auth', auth, createAuth),
  service('relay-bridge', relayBridge, createRelayBridge),
  service('push', push, createPush),
  service('gateway', gateway, createGateway),
]
