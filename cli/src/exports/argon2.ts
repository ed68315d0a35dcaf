import type { Kdf } from '@kez-chat/export-file'

export const argon2: Kdf = async (password, salt, { m, t, p }) => {
  // Comes when it is used: no other command needs it.
  const { argon2id } = await import('hash-wasm')
  const key = await argon2id({
    ...{ password, salt, memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: 'binary' },
  })
  return Uint8Array.from(key)
}
