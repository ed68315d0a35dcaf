import { generateKeyPairSync } from 'node:crypto'
import { readOrMakeFile } from '@kez-chat/runtime'
import { z } from 'zod'

/** A P-256 key pair as RFC 8292 has it: base64url of the uncompressed point, and of the private scalar. */
const VapidKeys = z.object({
  publicKey: z.string().regex(/^B[A-Za-z0-9_-]{86}$/, 'the public key is not a P-256 point in base64url'),
  privateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'the private key is not 32 bytes in base64url'),
})
export type VapidKeys = z.infer<typeof VapidKeys>

/** The file with the VAPID keys exists and is of no use. It is never replaced: subscriptions are bound to its key. */
export class VapidKeysUnusable extends Error {
  override readonly name = 'VapidKeysUnusable'
}

const createKeys = (): VapidKeys => {
  const { x, y, d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const point = Buffer.concat([Uint8Array.of(4), ...[x, y].map((part) => Buffer.from(part ?? '', 'base64url'))])
  return VapidKeys.parse({ publicKey: point.toString('base64url'), privateKey: d })
}

const parseKeys = (text: string, path: string): VapidKeys => {
  try {
    return VapidKeys.parse(JSON.parse(text))
  } catch (cause) {
    // The cause may quote the file, and the file is a secret.
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? '') : 'it is not JSON'
    throw new VapidKeysUnusable(`the VAPID keys in ${path} are not usable: ${why}. Restore the file from a backup.`)
  }
}

/** Reads the key pair, or makes it when there is none. @throws {FileUnusable} @throws {VapidKeysUnusable} */
export const loadVapidKeys = async (path: string): Promise<VapidKeys> =>
  parseKeys(await readOrMakeFile(path, () => `${JSON.stringify(createKeys())}\n`), path)
