import type { Bytes } from '@kez-chat/identity'
import type { ChunkedFileBody } from '../body.ts'
import { fileHash } from './create-file.ts'
import type { FileKey, FileStore } from './file-store.ts'

/** The bytes of a file all of whose chunks are kept, or undefined when they are not what its pointer says. */
export const assemble = async (
  store: FileStore,
  key: FileKey,
  { n, size, sha256 }: ChunkedFileBody,
): Promise<Bytes | undefined> => {
  const whole = new Uint8Array(size)
  let offset = 0
  for (let i = 0; i < n; i++) {
    const chunk = await store.chunk(key, i)
    if (chunk === undefined || offset + chunk.length > size) return undefined
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return offset === size && (await fileHash(whole)) === sha256 ? whole : undefined
}
