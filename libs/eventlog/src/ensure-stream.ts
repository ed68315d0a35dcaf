import type { StreamSpec } from '@kez-chat/contracts'
import { JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream'
import { refuseDrift, type WantedConfig } from './stream-drift.ts'

const streamNotFound = 10059
const nameInUse = 10058

/** Info of a stream, or undefined when there is none. */
export const streamInfo = async (jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> => {
  try {
    return await jsm.streams.info(name)
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined
    throw error
  }
}

/** A stream that is there and as it should be; `created` tells one incarnation from another of the same name. */
export type EnsuredStream = { name: string; created: string; firstSeq: number; lastSeq: number; isNew: boolean }

export const ensureConfig = async (
  jsm: JetStreamManager,
  name: string,
  want: WantedConfig,
  firstSeq?: number,
): Promise<EnsuredStream> => {
  let isNew = false
  let info = await streamInfo(jsm, name)
  if (!info) {
    try {
      info = await jsm.streams.add({ ...want, name, ...(firstSeq === undefined ? {} : { first_seq: firstSeq }) })
      isNew = true
    } catch (error) {
      // Another replica was faster and, with a first sequence of its own, made a stream that is not equal to ours.
      if (!(error instanceof JetStreamApiError && error.code === nameInUse)) throw error
      info = await jsm.streams.info(name)
    }
  }
  refuseDrift(name, { ...info.config }, want)
  return { name, created: info.created, firstSeq: info.state.first_seq, lastSeq: info.state.last_seq, isNew }
}

/**
 * Makes a stream when it is missing; when it is there, compares every field of `spec`. Never updates, never deletes
 * (architecture §2). Safe when several replicas start at once.
 * @param options.firstSeq first sequence of a new stream; `Date.now() * 100` is above any ever issued before, without
 *   a memory of them
 * @throws {StreamDrift} when it exists with another configuration
 */
export const ensureStream = (
  jsm: JetStreamManager,
  spec: StreamSpec,
  options: { firstSeq?: number } = {},
): Promise<EnsuredStream> => ensureConfig(jsm, spec.name, spec, options.firstSeq)
