import { relayListsStream, relayMailStream, type StreamScale } from '@kez-chat/contracts'
import { ensureStream, type JetStream } from '@kez-chat/eventlog'
import type { HomeRelayConfig } from './settings.ts'

/** @throws {StreamDrift} when they exist with another configuration */
export const ensureRelayStreams = async (
  jsm: JetStream['jsm'],
  config: HomeRelayConfig,
  scale: StreamScale,
): Promise<void> => {
  await ensureStream(jsm, relayMailStream(scale, { maxBytes: config.relayMailBytes }))
  await ensureStream(jsm, relayListsStream(scale, { maxBytes: config.relayListBytes }))
}
