import { argon2id } from 'hash-wasm'
import type { Argon2Answer, Argon2Question } from './argon2-messages.ts'

self.onmessage = async ({ data }: MessageEvent<Argon2Question>): Promise<void> => {
  const answer = (message: Argon2Answer): void => self.postMessage(message)
  try {
    const key = await argon2id({
      password: data.password,
      salt: data.salt,
      parallelism: data.cost.p,
      iterations: data.cost.t,
      memorySize: data.cost.m,
      hashLength: 32,
      outputType: 'binary',
    })
    answer({ key: Uint8Array.from(key) })
  } catch (error) {
    answer({ failure: error instanceof Error ? error.message : 'unknown' })
  }
}
