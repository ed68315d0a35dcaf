import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Call, Options } from '../command.ts'

/** Where the servers of `npm start` are to be found while it runs; its launcher writes this into its data folder. */
const Addresses = z.object({ nats: z.string().optional(), postgres: z.string().optional(), internal: z.string() })
export type Addresses = z.infer<typeof Addresses>

export const dataFolderOption: Options = {
  'data-dir': {
    value: 'folder',
    about: 'the data folder of npm start; KEZ_DATA_DIR, or .kez of the checkout, when left out',
  },
}

/** The data folder of `npm start`, which holds its keys and says where it listens. */
export const dataFolderOf = ({ option, session: { env } }: Pick<Call, 'option' | 'session'>): string =>
  option('data-dir') ?? (env.KEZ_DATA_DIR || join(import.meta.dirname, '..', '..', '..', '.kez'))

/** Undefined when nothing runs there, or never has. */
export const addressesIn = (folder: string): Addresses | undefined => {
  try {
    return Addresses.safeParse(JSON.parse(readFileSync(join(folder, 'addresses.json'), 'utf8'))).data
  } catch {
    return undefined
  }
}

/** A small file of the data folder; undefined where there is none. */
export const keptIn = (folder: string, ...path: string[]): string | undefined => {
  try {
    return readFileSync(join(folder, ...path), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
