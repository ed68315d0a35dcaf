import { fromHex, randomBytes, toHex } from '@kez-chat/identity'
import { type TransportKey, transportKeyFromSeed } from '@kez-chat/messaging'
import { FileUnusable, readOrMakeFile } from '@kez-chat/runtime'

/**
 * The nostr key by which the bridge answers relays that demand to know who reads (NIP-42). The file holds its seed and is
 * made at the first start.
 * @throws {FileUnusable}
 */
export const loadRelayKey = async (path: string): Promise<TransportKey> => {
  const text = (await readOrMakeFile(path, () => `${toHex(randomBytes(32))}\n`)).trim()
  // What is wrong is not shown: the file is a secret.
  if (!/^[0-9a-f]{64}$/.test(text)) throw new FileUnusable(`${path} holds no seed of a nostr key (64 hex digits)`)
  return transportKeyFromSeed(fromHex(text, 32))
}
