import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
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

const readKeys = async (path: string): Promise<VapidKeys | undefined> => {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new VapidKeysUnusable(`the VAPID keys in ${path} cannot be read`, { cause })
  }
  try {
    return VapidKeys.parse(JSON.parse(text))
  } catch (cause) {
    // The cause may quote the file, and the file is a secret.
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? '') : 'it is not JSON'
    throw new VapidKeysUnusable(`the VAPID keys in ${path} are not usable: ${why}. Restore the file from a backup.`)
  }
}

/** Reads the key pair, or makes it when there is none; of two processes that make it at once, both get the same. */
export const loadVapidKeys = async (path: string): Promise<VapidKeys> => {
  const present = await readKeys(path)
  if (present) return present
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(`${JSON.stringify(createKeys())}\n`)
    await file.sync()
    await file.close()
    // A link fails where a rename would replace what another process has just made.
    await link(draft, path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST')
        throw new VapidKeysUnusable(`the VAPID keys cannot be kept in ${path}: ${cause.message}`, { cause })
    })
  } finally {
    await rm(draft, { force: true })
  }
  const made = await readKeys(path)
  if (!made) throw new VapidKeysUnusable(`the VAPID keys in ${path} are gone again`)
  return made
}
