import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AnyPrimary,
  type Chain,
  emptyChain,
  encodeJsonl,
  IdentityError,
  isAnyPrimary,
  parseProof,
  type SigchainEvent,
  validateChain,
} from '@kez-chat/identity'
import { isSigchainEvent } from '../documents/typed.ts'
import { CliError, EXIT } from '../errors.ts'
import { homeFolder } from '../files/home.ts'
import { withLock } from '../files/lock.ts'
import { fileError, readInputFile } from '../files/read-input.ts'
import { makePrivateFolder, replacePrivateFile } from '../files/write-private.ts'
import type { Session } from '../session.ts'

export type StoredChain = {
  readonly chain: Chain
  /** The signed events, in order. */
  readonly events: readonly SigchainEvent[]
}

const nothing = (primary: AnyPrimary): StoredChain => ({
  chain: { ...emptyChain(primary), subjects: new Map() },
  events: [],
})

const fileName = (primary: AnyPrimary): string => `${primary.replace(':', '-')}.jsonl`

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return (await readInputFile(path)).text
  } catch (error) {
    if (error instanceof CliError && isMissing(error.cause)) return undefined
    throw error
  }
}

/** The chains of this person's identities, one file each in `<home>/sigchains/`, checked whenever they are read. */
export const openChains = (session: Session) => {
  const folder = join(homeFolder(session), 'sigchains')
  const pathOf = (primary: AnyPrimary): string => join(folder, fileName(primary))

  const load = async (primary: AnyPrimary): Promise<StoredChain> => {
    const path = pathOf(primary)
    const text = await readIfThere(path)
    if (text === undefined) return nothing(primary)
    try {
      const proof = await parseProof(text)
      if (proof.kind !== 'chain') throw new IdentityError('wrong_type', 'it holds a claim, not a sigchain')
      const events: readonly unknown[] = proof.events
      const chain = validateChain(events, primary)
      return { chain, events: events.filter(isSigchainEvent) }
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error
      throw new CliError(EXIT.files, 'chain_damaged', `${path} is damaged: ${error.message}`, { cause: error })
    }
  }

  return {
    pathOf,

    /** The chain of a key; an empty one when there is no file. */
    load,

    /** Appends what `sign` makes of the chain as it is now; on disk when this resolves. */
    append: async (primary: AnyPrimary, sign: (chain: Chain) => SigchainEvent): Promise<StoredChain> => {
      await makePrivateFolder(folder)
      return withLock(`${pathOf(primary)}.lock`, async () => {
        const { chain, events } = await load(primary)
        const grown = [...events, sign(chain)]
        const checked = validateChain(grown, primary)
        await replacePrivateFile(pathOf(primary), encodeJsonl(grown))
        return { chain: checked, events: grown }
      })
    },

    /** Whose chains there are. */
    list: async (): Promise<AnyPrimary[]> => {
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return []
        throw fileError(folder, 'read', error)
      })
      return names
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => name.slice(0, -'.jsonl'.length).replace('-', ':'))
        .filter(isAnyPrimary)
        .toSorted()
    },
  }
}
