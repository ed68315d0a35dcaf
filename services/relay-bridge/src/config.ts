import { type Loaded, loadSettings, type Settings, serviceSettings } from '@kez-chat/runtime'
import { homeRelaySettings } from './home-relay/settings.ts'

export const settings = { ...serviceSettings('relay-bridge'), ...homeRelaySettings } satisfies Settings

export type RelayBridgeConfig = Loaded<typeof settings>

/** The service's only secret, its NATS seed, is a file that is read at the start. */
export type RelayBridgeSecrets = Readonly<Record<string, never>>

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: RelayBridgeConfig; secrets: RelayBridgeSecrets } => ({ config: loadSettings(settings, env), secrets: {} })
