import type { Bytes } from '@kez-chat/identity'
import { scriptUrl } from '../app/trusted-types.ts'
import type { Argon2Answer, Argon2Question } from './argon2-messages.ts'
import workerUrl from './argon2-worker.ts?worker&url'
import { VaultError } from './errors.ts'
import type { Kdf } from './vault.ts'

const longest = 120_000

/** Argon2id off the main thread. The worker ends after each answer: its memory holds the passphrase. */
export const argon2InWorker: Kdf = async (password, salt, cost) => {
  const worker = new Worker(scriptUrl(workerUrl), { type: 'module' })
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await new Promise<Bytes>((resolve, reject) => {
      const fail = (message: string): void => reject(new VaultError('kdf_failed', message))
      timer = setTimeout(() => fail('the key derivation took too long'), longest)
      worker.onerror = () => fail('the key derivation did not start')
      worker.onmessage = ({ data }: MessageEvent<Argon2Answer>) => {
        if ('key' in data) resolve(data.key)
        else fail(data.failure)
      }
      const question: Argon2Question = { password, salt, cost }
      worker.postMessage(question)
    })
  } finally {
    clearTimeout(timer)
    worker.terminate()
  }
}
