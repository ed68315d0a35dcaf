import type { Command } from '../command.ts'
import { createCompletion } from './completion.ts'
import { createHelp } from './help.ts'
import { identityFromMnemonic } from './identity/from-mnemonic.ts'
import { identityMnemonic } from './identity/mnemonic.ts'
import { identityNew } from './identity/new.ts'
import { identityShow } from './identity/show.ts'

/** Every command, in the order in which help lists them. */
export const createCommands = (): readonly Command[] => {
  const commands: Command[] = [identityNew, identityMnemonic, identityFromMnemonic, identityShow]
  commands.push(createCompletion(commands), createHelp(commands))
  return commands
}
