import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { checkCost, defaultCost, type Kdf } from '@kez-chat/export-file'
import { z } from 'zod'
import { BackupError, damaged } from './errors.ts'

/** How the passphrase of a backup becomes its keys: stands in the manifest, in the clear. */
export const Encryption = z.strictObject({
  kdf: z.literal('argon2id'),
  m: z.int(),
  t: z.int(),
  p: z.int(),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** What the right passphrase leads to. */
  check: z.string().regex(/^[0-9a-f]{32}$/),
})
export type Encryption = z.infer<typeof Encryption>

/** The keys of one backup. */
export type BackupKeys = {
  /** Seals one file; each has a key of its own. */
  file(name: string): Buffer
  /** Vouches for the manifest. */
  manifestTag(text: string): string
}

const chunkBytes = 64 * 1024
const tagBytes = 16

const derive = async (
  kdf: Kdf,
  passphrase: string,
  salt: Buffer,
  cost: { m: number; t: number; p: number },
): Promise<{ check: string; keys: BackupKeys }> => {
  // One passphrase, however the keyboard composes its letters.
  const password = new TextEncoder().encode(passphrase.normalize('NFKC'))
  const stretched = await kdf(password, Uint8Array.from(salt), cost)
  const key = (info: string, length = 32) => Buffer.from(hkdfSync('sha256', stretched, salt, info, length))
  const vouching = key('kez-backup-v1 manifest')
  return {
    check: key('kez-backup-v1 check', 16).toString('hex'),
    keys: {
      file: (name) => key(`kez-backup-v1 file ${name}`),
      manifestTag: (text) => createHmac('sha256', vouching).update(text).digest('hex'),
    },
  }
}

/** Keys for a new backup, and what its manifest says about them. */
export const newKeys = async (kdf: Kdf, passphrase: string): Promise<{ keys: BackupKeys; encryption: Encryption }> => {
  const salt = randomBytes(16)
  const { check, keys } = await derive(kdf, passphrase, salt, defaultCost)
  return { keys, encryption: { kdf: 'argon2id', ...defaultCost, salt: salt.toString('hex'), check } }
}

/** The keys of a backup. @throws {BackupError} `passphrase_wrong`, `backup_damaged` */
export const openKeys = async (kdf: Kdf, passphrase: string, encryption: Encryption): Promise<BackupKeys> => {
  let cost: ReturnType<typeof checkCost>
  try {
    cost = checkCost(encryption)
  } catch (cause) {
    throw damaged('the manifest asks for a key derivation that is too cheap, or too dear', cause)
  }
  const { check, keys } = await derive(kdf, passphrase, Buffer.from(encryption.salt, 'hex'), cost)
  if (!timingSafeEqual(Buffer.from(check), Buffer.from(encryption.check)))
    throw new BackupError('passphrase_wrong', 'the passphrase does not open this backup')
  return keys
}

// The key is of this file alone, so a counter is a nonce that never comes twice; its last byte marks the end.
const nonceOf = (index: number, isLast: boolean): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(index, 5, 6)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** Parts of exactly `size` bytes; the last one is shorter or full, and is told apart. */
async function* inParts(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<[Buffer, boolean]> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk])
    let at = 0
    for (; held.length - at > size; at += size) yield [held.subarray(at, at + size), false]
    held = held.subarray(at)
  }
  yield [held, true]
}

/** Seals a stream: AES-256-GCM in parts of 64 KiB, none of which can be moved, dropped or put at the end unnoticed. */
export async function* seal(key: Buffer, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let index = 0
  for await (const [part, isLast] of inParts(source, chunkBytes)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index++, isLast))
    yield Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()])
  }
}

/** Opens what {@link seal} made. @throws {BackupError} `backup_damaged` */
export async function* unseal(key: Buffer, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let index = 0
  for await (const [part, isLast] of inParts(source, chunkBytes + tagBytes)) {
    if (part.length < tagBytes) throw damaged('a sealed file ends too early')
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index++, isLast))
    decipher.setAuthTag(part.subarray(-tagBytes))
    try {
      yield Buffer.concat([decipher.update(part.subarray(0, -tagBytes)), decipher.final()])
    } catch (cause) {
      throw damaged('the seal of a file is broken', cause)
    }
  }
}
