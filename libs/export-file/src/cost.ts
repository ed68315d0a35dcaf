import type { Bytes } from '@kez-chat/identity'
import { ExportError } from './errors.ts'

/** Cost of Argon2id: memory in KiB, passes, lanes. */
export type Cost = { readonly m: number; readonly t: number; readonly p: number }

/** Argon2id to 32 bytes; handed in, since a browser runs it in a worker. */
export type Kdf = (password: Bytes, salt: Bytes, cost: Cost) => Promise<Bytes>

/** What it costs to try one passphrase on a new file: the same as on a vault (protocol §6). */
export const defaultCost: Cost = { m: 65_536, t: 3, p: 1 }

const most: Cost = { m: 1_048_576, t: 16, p: 4 }

const isWithin = (value: unknown, least: number, greatest: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= greatest

/** The cost that a file names, within the bounds. Throws ExportError `refused_cost`. */
export const checkCost = ({ m, t, p }: Readonly<Record<string, unknown>>): Cost => {
  const within = isWithin(m, defaultCost.m, most.m) && isWithin(t, defaultCost.t, most.t)
  if (!within || !isWithin(p, defaultCost.p, most.p)) {
    throw new ExportError('refused_cost', 'the file asks for a key derivation that is too cheap, or too dear')
  }
  return { m, t, p }
}
