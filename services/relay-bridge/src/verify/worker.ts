import { parentPort } from 'node:worker_threads'
import { initNostrWasm, type Nostr } from 'nostr-wasm'
import type { VerifyAnswer, VerifyJob } from './worker-protocol.ts'

type Signed = Parameters<Nostr['verifyEvent']>[0]

const hex32 = /^[0-9a-f]{64}$/
const hex64 = /^[0-9a-f]{128}$/

/** nostr-wasm compares only as many bytes as the id has, and takes what is no hex for zeros. */
const isWellFormed = ({ id, pubkey, sig }: Signed): boolean => hex32.test(id) && hex32.test(pubkey) && hex64.test(sig)

const nostr = await initNostrWasm()

const isValid = (event: Signed): boolean => {
  if (!isWellFormed(event)) return false
  try {
    nostr.verifyEvent(event)
    return true
  } catch {
    return false
  }
}

parentPort?.on('message', ({ batch, events }: VerifyJob) => {
  const verdicts = Uint8Array.from(JSON.parse(events) as Signed[], (event) => (isValid(event) ? 1 : 0))
  const { user, system } = process.threadCpuUsage()
  const answer: VerifyAnswer = { batch, verdicts, cpuMicros: user + system }
  parentPort?.postMessage(answer, [verdicts.buffer])
})
