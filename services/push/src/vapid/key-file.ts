import { generateKeyPairSync } from 'node:crypto'
import { replaceFile } from '@kez-chat/durable-files'
import { readOrMakeFile } from '@kez-chat/runtime'
import { z } from 'zod'

/** A P-256 key pair as RFC 8292 has it: base64url of the uncompressed point, and of the private scalar. */
const VapidKeys = z.object({
  publicKey: z.string().regex(/^B[A-Za-z0-9_-]{86}$/, 'the public key is not a P-256 point in base64url'),
  privateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'the private key is not 32 bytes in base64url'),
})
export type VapidKeys = z.infer<typeof VapidKeys>

/** The current pair and, after a rotation, those that subscriptions may still be bound to, newest first. */
const VapidKeyFile = VapidKeys.extend({ previous: z.array(VapidKeys).max(8, 'more than 8 previous keys').default([]) })
export type VapidKeyFile = z.infer<typeof VapidKeyFile>

/** The file with the VAPID keys exists and is of no use. It is never replaced: subscriptions are bound to its key. */
export class VapidKeysUnusable extends Error {
  override readonly name = 'VapidKeysUnusable'
}

const createKeys = (): VapidKeys => {
  const { x, y, d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const point = Buffer.concat([Uint8Array.of(4), ...[x, y].map((part) => Buffer.from(part ?? '', 'base64url'))])
  return VapidKeys.parse({ publicKey: point.toString('base64url'), privateKey: d })
}

const parseKeys = (text: string, path: string): VapidKeyFile => {
  try {
    return VapidKeyFile.parse(JSON.parse(text))
  } catch (cause) {
    // The cause may quote the file, and the file is a secret.
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? '') : 'it is not JSON'
    throw new VapidKeysUnusable(`the VAPID keys in ${path} are not usable: ${why}. Restore the file from a backup.`)
  }
}

/** Reads the keys, or makes them when there are none. @throws {FileUnusable} @throws {VapidKeysUnusable} */
export const loadVapidKeys = async (path: string): Promise<VapidKeyFile> =>
  parseKeys(await readOrMakeFile(path, () => `${JSON.stringify(createKeys())}\n`), path)

/**
 * Makes a new current key and keeps those before it that `inUse` names: subscriptions are bound to them until each browser has
 * made its own anew.
 */
export const rotateVapidKeys = async (path: string, inUse: ReadonlySet<string>): Promise<VapidKeyFile> => {
  const { previous, ...current } = await loadVapidKeys(path)
  const kept = [current, ...previous].filter(({ publicKey }) => inUse.has(publicKey))
  const next = { ...createKeys(), previous: kept }
  await replaceFile(path, `${JSON.stringify(VapidKeyFile.parse(next))}\n`)
  return next
}
