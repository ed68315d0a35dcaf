import { type ExportReader, openExport } from '@kez-chat/export-file'
import { fromHex, isHex, isPrimaryId, type PrimaryId, parseTimestamp, signingKeyFromSeed } from '@kez-chat/identity'
import { z } from 'zod'
import { argon2InWorker } from '../vault/argon2.ts'
import type { Secrets } from '../vault/vault.ts'

/** What a file says of itself at its beginning. */
export type Beginning = {
  readonly primary: PrimaryId | undefined
  readonly secrets: Secrets | undefined
  readonly account: string | undefined
  /** Unix ms. */
  readonly createdAt: number | undefined
}

const Hex32 = z.string().refine((text) => isHex(text, 32))
const About = z.object({
  identity: z.custom<PrimaryId>((value) => isPrimaryId(value)),
  account: z.string().max(400).optional(),
  created_at: z.string().max(40),
})
const Identity = z.object({ seed: Hex32, storage_key: Hex32, phrase: z.string().max(1_024).optional() })

async function* bytesOf(file: Blob): AsyncGenerator<Uint8Array> {
  // Not every browser can loop over a stream by itself.
  const reader = file.stream().getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
  } finally {
    await reader.cancel()
  }
}

/** Opens a file that somebody has chosen. Throws ExportError. */
export const openFile = (file: Blob, passphrase: string): Promise<ExportReader> =>
  openExport(bytesOf(file), passphrase, argon2InWorker)

const secretsOf = ({ seed, storage_key: storageKey, phrase }: z.infer<typeof Identity>): Secrets => ({
  ...{ seed: fromHex(seed, 32), storageKey: fromHex(storageKey, 32) },
  ...(phrase === undefined ? {} : { phrase }),
})

const timeOf = (text: string | undefined): number | undefined => {
  try {
    return text === undefined ? undefined : parseTimestamp(text)
  } catch {
    return undefined
  }
}

/** Whose file it is: what its first two records say, of which either may be damaged. Throws ExportError. */
export const readBeginning = async (file: Blob, passphrase: string): Promise<Beginning> => {
  const { items } = await openFile(file, passphrase)
  let about: z.infer<typeof About> | undefined
  let secrets: Secrets | undefined
  for await (const item of items()) {
    if (item.type !== 'record') continue
    const { record } = item
    if (record.kind === 'about') about = About.safeParse(record).data
    else if (record.kind === 'identity') {
      const { data } = Identity.safeParse(record)
      secrets = data && secretsOf(data)
    }
    if (item.index > 0) break
  }
  return {
    primary: secrets ? signingKeyFromSeed(secrets.seed).primary : about?.identity,
    ...{ secrets, account: about?.account, createdAt: timeOf(about?.created_at) },
  }
}
