import type { Command } from '../command.ts'
import { findCommand } from '../find-command.ts'
import { commandHelp, groupHelp, mainHelp } from '../help.ts'

const helpFor = (words: readonly string[], commands: readonly Command[]): string => {
  if (words.length === 0) return mainHelp(commands)
  const found = findCommand(words, commands)
  return found.kind === 'command' ? commandHelp(found.command) : groupHelp(found.group, found.commands)
}

export const createHelp = (commands: readonly Command[]): Command => ({
  name: 'help',
  about: 'how a command is used',
  args: [
    { name: 'command', about: 'for instance "sigchain"', optional: true },
    { name: 'subcommand', about: 'for instance "add"', optional: true },
  ],
  options: {},
  examples: ['kez help identity new'],
  run: async ({ args }) => {
    const help = helpFor(args, commands)
    return { data: { help }, text: () => help }
  },
})
